#!lua flags=allow-oom
-- Sets a user's new password and ends every session, the caller's too.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
--          KEYS[2] user:{user}      hash  field pwd is replaced
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] oldpwd: the hash that the old password was checked against
--          ARGV[4] newpwd: the new password's salted hash, drawn for this call
-- Returns: 0 changed
--          1 the password is not oldpwd any more: another change was first
--          4 no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer: the salt in newpwd tells that this call did it. Sessions opened since
--            then stay
-- Cost:    O(sessions)
-- include session
local sessions, user = KEYS[1], KEYS[2]
local token_hash, now, oldpwd, newpwd = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local pwd = redis.call('HGET', user, 'pwd')
if pwd == newpwd then return 0 end
if not session_expiry(sessions, token_hash, now) then return 4 end
if pwd ~= oldpwd then return 1 end

redis.call('HSET', user, 'pwd', newpwd)
redis.call('DEL', sessions)
return 0
