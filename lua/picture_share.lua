#!lua
-- Gives the caller's file a picture link, or finds the one that it has; picture_create then makes
-- the link work.
--
-- Keys:    KEYS[1] sessions:{user}       zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}          hash  file id -> row
--          KEYS[3] pictures:{user}       hash  file id -> urlmd5 and urlmd5 -> file id
--          KEYS[4] pictures:{user}:time  zset  urlmd5 -> created, ms
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] file id
--          ARGV[4] urlmd5: fresh, 32 random hex digits
--          ARGV[5] created, ms: the link's; moved on to just after the newest link's where that is
--            not earlier
-- Returns: {0, expiry in s, urlmd5, row, created in ms}: the link that the file has had all along,
--            else the fresh one
--          {1, expiry in s} the caller has no such file
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, whatever the fresh urlmd5; nothing changes
-- Cost:    O(log n)
-- include session
local sessions, files, pictures, time = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local token_hash, now, id, fresh = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local created = tonumber(ARGV[5])

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local row = redis.call('HGET', files, id)
if not row then return {1, expiry} end
local urlmd5 = redis.call('HGET', pictures, id)
if urlmd5 then
  local since = redis.call('ZSCORE', time, urlmd5) or created
  return {0, expiry, urlmd5, row, tonumber(since)}
end

-- Of two links made in one millisecond the second is the later one, whatever their random names.
local newest = redis.call('ZRANGE', time, 0, 0, 'REV', 'WITHSCORES')[2]
if newest then created = math.max(created, tonumber(newest) + 1) end
redis.call('HSET', pictures, id, fresh, fresh, id)
redis.call('ZADD', time, created, fresh)
return {0, expiry, fresh, row, created}
