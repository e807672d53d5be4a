#!lua
-- Gives a user a file whose bytes are stored and whose blob has the row's ref already.
--
-- Keys:    KEYS[1] user:{user}           hash    must exist
--          KEYS[2] files:{user}          hash    file id -> row
--          KEYS[3] files:{user}:time     zset    file id -> created, ms
--          KEYS[4] files:{user}:pv       zset    file id -> pv, starts at 0
--          KEYS[5] files:{user}:version  string  of the user's lists
--          KEYS[6] files:{user}:bytes    string  the sum of the files' sizes
-- Args:    ARGV[1] file id
--          ARGV[2] row: its JSON without the closing brace and without "created", which this script
--                  appends
--          ARGV[3] created, ms; moved on to just after the newest file's where the clock went back
--                  or stood still, so that the list by time is the order of arrival
--          ARGV[4] new version, never used before
--          ARGV[5] size, bytes
--          ARGV[6] most bytes that the user's files may have; 0: any number
--          ARGV[7] most files that the user may have; 0: any number
-- Returns: {0} added
--          {4} no such user
--          {5, row} the user has this file already; its row
--          {6} the files would have too many bytes; nothing changed
--          {7} the user has too many files already; nothing changed
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer: the hold in the row tells that this call added it
-- Cost:    O(log n)
local user, files, time, views, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local bytes = KEYS[6]
local id, row_prefix, created, nonce = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local size, bytes_max, files_max = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

if redis.call('EXISTS', user) == 0 then return {4} end
local present = redis.call('HGET', files, id)
if present then
  if string.sub(present, 1, #row_prefix) == row_prefix then return {0} end
  return {5, present}
end
if bytes_max > 0 and tonumber(redis.call('GET', bytes) or 0) + size > bytes_max then return {6} end
if files_max > 0 and redis.call('HLEN', files) >= files_max then return {7} end

local newest = redis.call('ZRANGE', time, 0, 0, 'REV', 'WITHSCORES')[2]
if newest then created = math.max(created, tonumber(newest) + 1) end
redis.call('HSET', files, id, string.format('%s,"created":%d}', row_prefix, created))
redis.call('ZADD', time, created, id)
redis.call('ZADD', views, 0, id)
redis.call('INCRBY', bytes, size)
redis.call('SET', version, nonce)
return {0}
