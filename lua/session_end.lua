#!lua flags=allow-oom
-- Ends one session: logout.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
-- Returns: 0 ended
--          4 no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   4, since the token proves nothing any more; nothing changes
-- Cost:    O(log n)
-- include session
local sessions = KEYS[1]
local token_hash, now = ARGV[1], ARGV[2]

if not session_expiry(sessions, token_hash, now) then return 4 end

redis.call('ZREM', sessions, token_hash)
return 0
