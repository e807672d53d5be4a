#!lua flags=allow-oom
-- Takes a user's share off the public list and out of the ranking.
--
-- Keys:    KEYS[1] shares:{public}          hash    share id -> row
--          KEYS[2] shares:{public}:time     zset    share id -> created, ms
--          KEYS[3] shares:{public}:pv       zset    share id -> pv
--          KEYS[4] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] share id, which is the file id
--          ARGV[2] user who shared
--          ARGV[3] hold of the file row whose share is meant; "" for whichever it is
--          ARGV[4] new version, never used before
-- Returns: 0 dropped
--          1 this user does not share it
-- Slot:    {public}
-- Writes:  yes
-- Again:   1; nothing changes
-- Cost:    O(log n)
local shares, time, views, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, user, hold, nonce = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local present = redis.call('HGET', shares, id)
if not present then return 1 end
local share = cjson.decode(present)
if share.user ~= user then return 1 end
if hold ~= '' and share.hold ~= hold then return 1 end

redis.call('HDEL', shares, id)
redis.call('ZREM', time, id)
redis.call('ZREM', views, id)
redis.call('SET', version, nonce)
return 0
