#!lua flags=allow-oom
-- Takes one owner from a blob. With the last one gone it becomes an orphan, whose grace begins.
--
-- Keys:    KEYS[1] blob:{md5}       hash  size sha256 name state (orphaned)
--          KEYS[2] blob:{md5}:refs  set   refs: user/file id@hold
-- Args:    ARGV[1] ref
--          ARGV[2] now, ms
-- Returns: the number of refs left
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes: a ref that is not there starts no new grace period
-- Cost:    O(1)
local blob, refs = KEYS[1], KEYS[2]
local ref, now = ARGV[1], ARGV[2]

local removed = redis.call('SREM', refs, ref)
local left = redis.call('SCARD', refs)
-- A blob that is being deleted stays so, and one that is forgotten is not made up again.
if removed == 1 and left == 0 and redis.call('HGET', blob, 'state') == 'live' then
  redis.call('HSET', blob, 'state', 'orphan', 'orphaned', now)
end
return left
