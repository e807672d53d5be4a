#!lua
-- Moves the expiry of a session that is in use on; never back, and never one that is over.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] new expiry, s
-- Returns: 1 the session is valid and lasts until the new expiry at least
--          0 no valid session; nothing changed
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(log n)
-- include session
local sessions = KEYS[1]
local token_hash, now, expiry = ARGV[1], ARGV[2], ARGV[3]

if not session_expiry(sessions, token_hash, now) then return 0 end

redis.call('ZADD', sessions, 'GT', expiry, token_hash)
redis.call('EXPIREAT', sessions, expiry, 'GT')
return 1
