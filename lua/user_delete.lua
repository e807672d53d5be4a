#!lua flags=allow-oom
-- Ends an account that has no files any more and no delete under way.
--
-- Keys:    KEYS[1] user:{user}            hash
--          KEYS[2] sessions:{user}        zset
--          KEYS[3] files:{user}           hash    file id -> row
--          KEYS[4] files:{user}:deleting  hash    file id -> unfinished deletes
--          KEYS[5] files:{user}:version   string  of the user's lists
-- Args:    none
-- Returns: 0 ended, now or before
--          1 it has files, or deletes that are not finished; nothing changed
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(sessions)
local user, sessions, files, deleting, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

if redis.call('EXISTS', files, deleting) > 0 then return 1 end
redis.call('DEL', user, sessions, version)
return 0
