#!lua
-- Gives a blob that the server has one more owner, without an upload.
--
-- Keys:    KEYS[1] blob:{md5}       hash  size sha256 name state (orphaned)
--          KEYS[2] blob:{md5}:refs  set   refs: user/file id@hold
-- Args:    ARGV[1] ref
-- Returns: {0, size in bytes as a decimal string, sha256 hex, name} claimed; the blob is live
--          {1} not known, or being deleted: the bytes must come again; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local blob, refs = KEYS[1], KEYS[2]
local ref = ARGV[1]

local size, sha256, name, state =
  unpack(redis.call('HMGET', blob, 'size', 'sha256', 'name', 'state'))
if not state or state == 'deleting' then return {1} end

if state ~= 'live' then
  redis.call('HSET', blob, 'state', 'live')
  redis.call('HDEL', blob, 'orphaned')
end
redis.call('SADD', refs, ref)
return {0, size, sha256, name}
