#!lua
-- Counts one view of the caller's own file.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}:pv  zset  file id -> pv
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] file id
-- Returns: {0, expiry in s, pv}
--          {1, expiry in s} the caller has no such file
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   counts again: a counter
-- Cost:    O(log n)
-- include session
local sessions, views = KEYS[1], KEYS[2]
local token_hash, now, id = ARGV[1], ARGV[2], ARGV[3]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local pv = redis.call('ZADD', views, 'XX', 'INCR', 1, id)
if not pv then return {1, expiry} end
return {0, expiry, tonumber(pv)}
