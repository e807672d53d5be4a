#!lua
-- Takes an invite for the registration of a name. Who registers the same name again with it may:
-- the first try may have been cut off.
--
-- Keys:    KEYS[1] invite:{sha256}  hash, expiring  created by
-- Args:    ARGV[1] user: the name that is to be registered
-- Returns: {0} taken for this name, now or before
--          {1} no such invite, or one that is used up or expired
--          {2, user} taken for another name
-- Slot:    {sha256}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local invite = KEYS[1]
local user = ARGV[1]

if redis.call('EXISTS', invite) == 0 then return {1} end
redis.call('HSETNX', invite, 'by', user)
local by = redis.call('HGET', invite, 'by')
if by ~= user then return {2, by} end
return {0}
