#!lua
-- Gives a blob whose bytes are durable on disk one more holder; a new blob becomes known by it.
--
-- Keys:    KEYS[1] blob:{md5}  hash  size name state (orphaned), and a field for each holder:
--                             user/file name@hold -> ""
-- Args:    ARGV[1] size, bytes
--          ARGV[2] name: the blob's path, which ends in its SHA-256
--          ARGV[3] holder
--          ARGV[4] force: 1 when the caller holds the sweep lock and the bytes are there again,
--                  else 0
-- Returns: 0 claimed; the blob is live
--          1 the blob is being deleted (only without force); nothing changed
--          2 other bytes with this md5 are known; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local blob = KEYS[1]
local size, name, holder, force = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local known_size, known_name, state = unpack(redis.call('HMGET', blob, 'size', 'name', 'state'))
if state == 'deleting' and force ~= '1' then return 1 end
if state and (known_name ~= name or known_size ~= size) then return 2 end

if state and state ~= 'live' then redis.call('HDEL', blob, 'orphaned') end
redis.call('HSET', blob, 'size', size, 'name', name, 'state', 'live', holder, '')
return 0
