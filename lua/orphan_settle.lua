#!lua flags=allow-oom
-- Takes a blob off the sweep's list, unless somebody let go of it anew since the sweep looked.
--
-- Keys:    KEYS[1] orphans:{due}  zset  md5 -> when the sweep looks at it, ms
-- Args:    ARGV[1] md5
--          ARGV[2] when the sweep looked, ms
-- Returns: 1 taken off
--          0 not on the list, or due later than ARGV[2]; nothing changed
-- Slot:    {due}
-- Writes:  yes
-- Again:   0; nothing changes
-- Cost:    O(log n)
local orphans = KEYS[1]
local md5, looked = ARGV[1], tonumber(ARGV[2])

local due = tonumber(redis.call('ZSCORE', orphans, md5))
if not due or due > looked then return 0 end

redis.call('ZREM', orphans, md5)
return 1
