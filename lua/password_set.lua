#!lua flags=allow-oom
-- Sets a user's password, whatever the old one was, and ends every session: for who runs the
-- server.
--
-- Keys:    KEYS[1] user:{user}      hash  field pwd is replaced
--          KEYS[2] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] pwd: the new password's salted hash, drawn for this call
-- Returns: 0 set
--          1 no such user
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer: the salt in pwd tells that this call did it. Sessions opened since then
--          stay
-- Cost:    O(sessions)
local user, sessions = KEYS[1], KEYS[2]
local pwd = ARGV[1]

local present = redis.call('HGET', user, 'pwd')
if not present then return 1 end
if present == pwd then return 0 end
redis.call('HSET', user, 'pwd', pwd)
redis.call('DEL', sessions)
return 0
