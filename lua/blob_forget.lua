#!lua flags=allow-oom
-- Forgets a blob whose file is unlinked.
--
-- Keys:    KEYS[1] blob:{md5}  hash  size name state (orphaned), and a field for each holder:
--                             user/file name@hold -> ""
-- Args:    none
-- Returns: 1 forgotten
--          0 not being deleted (any more), or somebody holds it; nothing changed
-- Slot:    {md5}
-- Writes:  yes
-- Again:   0; nothing changes
-- Cost:    O(1)
-- include holders
local blob = KEYS[1]

if redis.call('HGET', blob, 'state') ~= 'deleting' then return 0 end
if holders_of(blob) > 0 then return 0 end

redis.call('DEL', blob)
return 1
