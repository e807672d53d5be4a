#!lua flags=allow-oom
-- Shuts an account: its sessions end, and nobody logs in to it. Its files stay.
--
-- Keys:    KEYS[1] user:{user}      hash  field disabled is set
--          KEYS[2] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] disabled, ms: since when
-- Returns: 0 shut, now or before
--          1 no such user
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes: the time of the first stays
-- Cost:    O(sessions)
local user, sessions = KEYS[1], KEYS[2]
local disabled = ARGV[1]

if redis.call('EXISTS', user) == 0 then return 1 end
redis.call('HSETNX', user, 'disabled', disabled)
redis.call('DEL', sessions)
return 0
