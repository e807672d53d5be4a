#!lua flags=no-writes
-- Looks at a picture link without counting it.
--
-- Keys:    KEYS[1] picture:{urlmd5}  hash  user file blob created pv (deleted)
-- Args:    none
-- Returns: {0, user, file id, blob path, created in ms as a decimal string, pv}
--          {1} no such link, or a cancelled one
--          {2} its file was deleted
-- Slot:    {urlmd5}
-- Writes:  no
-- Cost:    O(1)
local picture = KEYS[1]

local user, file, blob, created, pv, deleted =
  unpack(redis.call('HMGET', picture, 'user', 'file', 'blob', 'created', 'pv', 'deleted'))
if deleted then return {2} end
if not user then return {1} end
return {0, user, file, blob, created, tonumber(pv)}
