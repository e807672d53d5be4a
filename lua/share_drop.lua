#!lua flags=allow-oom
-- Takes a user's share off the public list and out of the ranking.
--
-- Keys:    KEYS[1] shares:{public}       hash  share id -> row
--          KEYS[2] shares:{public}:time  zset  share id -> created, ms
--          KEYS[3] shares:{public}:pv    zset  share id -> pv
-- Args:    ARGV[1] share id, which is the file id
--          ARGV[2] user who shared
--          ARGV[3] hold of the file row whose share is meant; "" for whichever it is
-- Returns: 0 dropped
--          1 this user does not share it
-- Slot:    {public}
-- Writes:  yes
-- Again:   1; nothing changes
-- Cost:    O(log n)
local shares, time, views = KEYS[1], KEYS[2], KEYS[3]
local id, user, hold = ARGV[1], ARGV[2], ARGV[3]

local present = redis.call('HGET', shares, id)
if not present then return 1 end
local share = cjson.decode(present)
if share.user ~= user then return 1 end
if hold ~= '' and share.hold ~= hold then return 1 end

redis.call('HDEL', shares, id)
redis.call('ZREM', time, id)
redis.call('ZREM', views, id)
return 0
