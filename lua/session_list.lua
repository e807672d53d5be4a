#!lua flags=no-writes
-- The sessions of the caller that are valid now.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
-- Returns: {0, expiry in s, {token sha256, expiry, token sha256, expiry, ...}}: the one that ends
--            first comes first; an expiry is a decimal string
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(sessions)
-- include session
local sessions = KEYS[1]
local token_hash, now = ARGV[1], ARGV[2]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local valid =
  redis.call('ZRANGE', sessions, '(' .. now, '+inf', 'BYSCORE', 'WITHSCORES')
return {0, expiry, valid}
