#!lua flags=no-writes
-- Tells whether a token proves a session now.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
-- Returns: {0, expiry in s}
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(1)
-- include session
local sessions = KEYS[1]
local token_hash, now = ARGV[1], ARGV[2]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
return {0, expiry}
