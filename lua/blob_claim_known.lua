#!lua
-- Gives a blob that the server has one more holder, without an upload.
--
-- Keys:    KEYS[1] blob:{md5}  hash  size name state (orphaned), and a field for each holder:
--                             user/file name@hold -> ""
-- Args:    ARGV[1] holder
-- Returns: {0, size in bytes as a decimal string, name} claimed; the blob is live
--          {1} not known, or being deleted: the bytes must come again; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local blob = KEYS[1]
local holder = ARGV[1]

local size, name, state = unpack(redis.call('HMGET', blob, 'size', 'name', 'state'))
if not state or state == 'deleting' then return {1} end

if state ~= 'live' then redis.call('HDEL', blob, 'orphaned') end
redis.call('HSET', blob, 'state', 'live', holder, '')
return {0, size, name}
