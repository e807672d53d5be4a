#!lua flags=allow-oom
-- Takes a picture link from its owner's list; the caller then deletes picture:{urlmd5} itself.
--
-- Keys:    KEYS[1] sessions:{user}       zset  token sha256 hex -> expiry, s
--          KEYS[2] pictures:{user}       hash  urlmd5 -> file id and file id -> urlmd5
--          KEYS[3] pictures:{user}:time  zset  urlmd5 -> created, ms
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] urlmd5
-- Returns: {0, expiry in s} taken
--          {1, expiry in s} the caller has no such link
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   {1, expiry}; nothing changes
-- Cost:    O(log n)
-- include session
local sessions, pictures, time = KEYS[1], KEYS[2], KEYS[3]
local token_hash, now, urlmd5 = ARGV[1], ARGV[2], ARGV[3]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local id = redis.call('HGET', pictures, urlmd5)
if not id then return {1, expiry} end

redis.call('HDEL', pictures, urlmd5, id)
redis.call('ZREM', time, urlmd5)
return {0, expiry}
