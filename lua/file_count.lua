#!lua flags=no-writes
-- Tells how many files a user has.
--
-- Keys:    KEYS[1] sessions:{user}    zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}:time  zset  file id -> created, ms
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
-- Returns: {0, expiry in s, total}
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(1)
-- include session
local sessions, time = KEYS[1], KEYS[2]
local token_hash, now = ARGV[1], ARGV[2]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
return {0, expiry, redis.call('ZCARD', time)}
