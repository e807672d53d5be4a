#!lua flags=allow-oom
-- Takes one holder from a blob. With the last one gone it becomes an orphan, whose grace begins.
--
-- Keys:    KEYS[1] blob:{md5}  hash  size name state (orphaned), and a field for each holder:
--                             user/file name@hold -> ""
-- Args:    ARGV[1] holder
--          ARGV[2] now, ms
-- Returns: the number of holders left
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes: a holder that is not there starts no new grace period
-- Cost:    O(1)
-- include holders
local blob = KEYS[1]
local holder, now = ARGV[1], ARGV[2]

local removed = redis.call('HDEL', blob, holder)
local left = holders_of(blob)
-- A blob that is being deleted stays so, and one that is forgotten is not made up again.
if removed == 1 and left == 0 and redis.call('HGET', blob, 'state') == 'live' then
  redis.call('HSET', blob, 'state', 'orphan', 'orphaned', now)
end
return left
