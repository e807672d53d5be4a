#!lua
-- Counts one view of the caller's own file.
--
-- Keys:    KEYS[1] sessions:{user}       zset    token sha256 hex -> expiry, s
--          KEYS[2] files:{user}:pv       zset    file id -> pv
--          KEYS[3] files:{user}:version  string  of the user's lists
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] file id
--          ARGV[4] new version, never used before
-- Returns: {0, expiry in s, pv}
--          {1, expiry in s} the caller has no such file
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   counts again: a counter
-- Cost:    O(log n)
-- include session
local sessions, views, version = KEYS[1], KEYS[2], KEYS[3]
local token_hash, now, id, nonce = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local pv = redis.call('ZADD', views, 'XX', 'INCR', 1, id)
if not pv then return {1, expiry} end
redis.call('SET', version, nonce)
return {0, expiry, tonumber(pv)}
