#!lua
-- Makes an account, unless the name is taken.
--
-- Keys:    KEYS[1] user:{user}  hash  nick email phone pwd created (invite)
-- Args:    ARGV[1] nick
--          ARGV[2] email, may be empty
--          ARGV[3] phone, may be empty
--          ARGV[4] pwd: the password's salted hash, drawn for this call
--          ARGV[5] created, ms
--          ARGV[6] invite: sha256 of the invite that it is made by, hex; "" for none
-- Returns: 0 made
--          2 the name is taken
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer: the salt in pwd tells this call from another that wants the same name
-- Cost:    O(1)
local user = KEYS[1]
local nick, email, phone, pwd, created = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local invite = ARGV[6]

if redis.call('EXISTS', user) == 1 then
  if redis.call('HGET', user, 'pwd') == pwd then return 0 end
  return 2
end

redis.call('HSET', user,
  'nick', nick, 'email', email, 'phone', phone, 'pwd', pwd, 'created', created)
if invite ~= '' then redis.call('HSET', user, 'invite', invite) end
return 0
