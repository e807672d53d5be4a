#!lua
-- Replaces a password's hash by one with other parameters, unless the password was changed
-- meanwhile. Sessions stay: the password is the same.
--
-- Keys:    KEYS[1] user:{user}  hash  field pwd is replaced
-- Args:    ARGV[1] oldpwd: the hash that the password was checked against
--          ARGV[2] newpwd: the same password's new hash
-- Returns: 0 replaced
--          1 the hash is not oldpwd any more
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local user = KEYS[1]
local oldpwd, newpwd = ARGV[1], ARGV[2]

local pwd = redis.call('HGET', user, 'pwd')
if pwd == newpwd then return 0 end
if pwd ~= oldpwd then return 1 end

redis.call('HSET', user, 'pwd', newpwd)
return 0
