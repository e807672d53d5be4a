#!lua
-- Makes a picture link work, once picture_share has given it to a file.
--
-- Keys:    KEYS[1] picture:{urlmd5}  hash  user file blob created pv (deleted)
-- Args:    ARGV[1] user who owns the file
--          ARGV[2] file id
--          ARGV[3] blob: the path of the bytes
--          ARGV[4] created, ms
-- Returns: 1 created, with pv 0
--          0 was there and stays as it is, a buried one included
-- Slot:    {urlmd5}
-- Writes:  yes
-- Again:   0: the link is there, which is all that the caller wants to know; nothing changes
-- Cost:    O(1)
local picture = KEYS[1]
local user, file, blob, created = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('EXISTS', picture) == 1 then return 0 end

redis.call('HSET', picture, 'user', user, 'file', file, 'blob', blob, 'created', created, 'pv', 0)
return 1
