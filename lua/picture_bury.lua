#!lua flags=allow-oom
-- Marks a picture link whose file was deleted. Where the link is not there yet (the delete overtook
-- its picture_create), the mark is left in its place, so that the link of a deleted file never
-- comes to life afterwards.
--
-- Keys:    KEYS[1] picture:{urlmd5}  hash  user file blob created pv (deleted)
-- Args:    none
-- Returns: 1 the link was there and is marked
--          0 only the mark is there
-- Slot:    {urlmd5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local picture = KEYS[1]

redis.call('HSET', picture, 'deleted', 1)
return redis.call('HEXISTS', picture, 'user')
