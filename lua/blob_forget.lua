#!lua flags=allow-oom
-- Forgets a blob whose file is unlinked.
--
-- Keys:    KEYS[1] blob:{md5}       hash  size sha256 name state (orphaned)
--          KEYS[2] blob:{md5}:refs  set   refs: user/file id@hold
-- Args:    none
-- Returns: 1 forgotten
--          0 not being deleted (any more), or it has refs; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   0; nothing changes
-- Cost:    O(1)
local blob, refs = KEYS[1], KEYS[2]

if redis.call('HGET', blob, 'state') ~= 'deleting' then return 0 end
if redis.call('SCARD', refs) > 0 then return 0 end

redis.call('DEL', blob)
return 1
