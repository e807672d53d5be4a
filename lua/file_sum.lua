#!lua flags=allow-oom
-- Notes what the sizes of a user's files are together: verify found another sum noted.
--
-- Keys:    KEYS[1] files:{user}:version  string  of the user's lists
--          KEYS[2] files:{user}:bytes    string  the sum of the files' sizes; absent without files
-- Args:    ARGV[1] the sum, bytes
--          ARGV[2] the version while the sizes were added up; empty for none
-- Returns: 1 noted
--          0 something has changed since: to be added up again
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local version, bytes = KEYS[1], KEYS[2]
local sum, seen = ARGV[1], ARGV[2]

if (redis.call('GET', version) or '') ~= seen then return 0 end
if sum == '0' then
  redis.call('DEL', bytes)
else
  redis.call('SET', bytes, sum)
end
return 1
