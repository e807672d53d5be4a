#!lua
-- Gives a blob whose bytes are durable on disk one more owner; a new blob becomes known by it.
--
-- Keys:    KEYS[1] blob:{md5}       hash  size sha256 name state (orphaned)
--          KEYS[2] blob:{md5}:refs  set   refs: user/file id@hold
-- Args:    ARGV[1] sha256, hex
--          ARGV[2] size, bytes
--          ARGV[3] name: the blob's path
--          ARGV[4] ref
--          ARGV[5] force: 1 when the caller holds the sweep lock and the bytes are there again,
--                  else 0
-- Returns: 0 claimed; the blob is live
--          1 the blob is being deleted (only without force); nothing changed
--          2 other bytes with this md5 are known; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local blob, refs = KEYS[1], KEYS[2]
local sha256, size, name, ref, force = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local known_sha256, known_size, state = unpack(redis.call('HMGET', blob, 'sha256', 'size', 'state'))
if state == 'deleting' and force ~= '1' then return 1 end
if state and (known_sha256 ~= sha256 or known_size ~= size) then return 2 end

if not state then
  redis.call('HSET', blob, 'size', size, 'sha256', sha256, 'name', name, 'state', 'live')
elseif state ~= 'live' then
  redis.call('HSET', blob, 'state', 'live')
  redis.call('HDEL', blob, 'orphaned')
end
redis.call('SADD', refs, ref)
return 0
