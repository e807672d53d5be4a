#!lua flags=allow-oom
-- Makes a user's indexes say of one file what its row says: verify found them apart.
--
-- Keys:    KEYS[1] files:{user}          hash    file id -> row
--          KEYS[2] files:{user}:time     zset    file id -> created, ms
--          KEYS[3] files:{user}:pv       zset    file id -> pv
--          KEYS[4] files:{user}:shared   set     file ids that are shared now
--          KEYS[5] files:{user}:version  string  of the user's lists
-- Args:    ARGV[1] file id
--          ARGV[2] new version, never used before
-- Returns: 1 the row is there: its time is that of the row, and a count that was lost begins at 0
--          0 no row: nothing of the file is left in the indexes
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing but the version changes
-- Cost:    O(log n)
local files, time, views, shared, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, nonce = ARGV[1], ARGV[2]

local row = redis.call('HGET', files, id)
redis.call('SET', version, nonce)
if not row then
  redis.call('ZREM', time, id)
  redis.call('ZREM', views, id)
  redis.call('SREM', shared, id)
  return 0
end
redis.call('ZADD', time, cjson.decode(row).created, id)
redis.call('ZADD', views, 'NX', 0, id)
return 1
