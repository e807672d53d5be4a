#!lua
-- Opens a session for a user whose password was checked just now, and clears away what has expired.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
--          KEYS[2] user:{user}      hash  fields pwd and disabled are read
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] expiry of the new session, s
--          ARGV[4] pwd: the hash that the password was checked against
--          ARGV[5] max: the most sessions that a user may have, 1 or more
-- Returns: 0 opened
--          1 the user is gone or has another password by now
--          2 the account is disabled
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer; the session is there once and an expiry that was renewed meanwhile
--            stays
-- Cost:    O(log n + sessions dropped)
local sessions, user = KEYS[1], KEYS[2]
local token_hash, now, expiry, pwd, max = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])

local stored, disabled = unpack(redis.call('HMGET', user, 'pwd', 'disabled'))
if stored ~= pwd then return 1 end
if disabled then return 2 end

redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
if not redis.call('ZSCORE', sessions, token_hash) then
  -- Room is made before the new one comes in, so that it is never itself the one that expires
  -- first.
  local surplus = redis.call('ZCARD', sessions) + 1 - max
  if surplus > 0 then redis.call('ZREMRANGEBYRANK', sessions, 0, surplus - 1) end
end
redis.call('ZADD', sessions, 'GT', expiry, token_hash)
local latest = redis.call('ZRANGE', sessions, 0, 0, 'REV', 'WITHSCORES')[2]
redis.call('EXPIREAT', sessions, latest)
return 0
