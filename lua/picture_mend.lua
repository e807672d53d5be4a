#!lua flags=allow-oom
-- Makes a user's list of picture links say of one link what its file's row says: verify found them
-- apart.
--
-- Keys:    KEYS[1] files:{user}          hash  file id -> row
--          KEYS[2] pictures:{user}       hash  file id -> urlmd5 and urlmd5 -> file id
--          KEYS[3] pictures:{user}:time  zset  urlmd5 -> created, ms
-- Args:    ARGV[1] file id
--          ARGV[2] urlmd5
--          ARGV[3] created, ms: the link's
-- Returns: 1 the file is there and the link is its entry
--          2 the file has another link: nothing of this one is left in the list
--          0 no such file: nothing of this link is left in the list
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(log n)
local files, pictures, time = KEYS[1], KEYS[2], KEYS[3]
local id, urlmd5, created = ARGV[1], ARGV[2], ARGV[3]

local present = redis.call('HGET', pictures, id)
local is_there = redis.call('HEXISTS', files, id) == 1
if is_there and (not present or present == urlmd5) then
  redis.call('HSET', pictures, id, urlmd5, urlmd5, id)
  redis.call('ZADD', time, created, urlmd5)
  return 1
end
if present == urlmd5 then redis.call('HDEL', pictures, id) end
redis.call('HDEL', pictures, urlmd5)
redis.call('ZREM', time, urlmd5)
return is_there and 2 or 0
