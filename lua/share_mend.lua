#!lua flags=allow-oom
-- Makes the public list's indexes say of one share what its row says: verify found them apart.
--
-- Keys:    KEYS[1] shares:{public}          hash    share id -> row
--          KEYS[2] shares:{public}:time     zset    share id -> created, ms
--          KEYS[3] shares:{public}:pv       zset    share id -> pv
--          KEYS[4] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] share id, which is the file id
--          ARGV[2] new version, never used before
-- Returns: 1 the row is there: its time is that of the row, and a count that was lost begins at 0
--          0 no row: nothing of the share is left in the indexes
-- Slot:    {public}
-- Writes:  yes
-- Again:   the same answer, nothing but the version changes
-- Cost:    O(log n)
local shares, time, views, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, nonce = ARGV[1], ARGV[2]

local row = redis.call('HGET', shares, id)
redis.call('SET', version, nonce)
if not row then
  redis.call('ZREM', time, id)
  redis.call('ZREM', views, id)
  return 0
end
redis.call('ZADD', time, cjson.decode(row).created, id)
redis.call('ZADD', views, 'NX', 0, id)
return 1
