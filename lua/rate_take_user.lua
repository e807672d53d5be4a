#!lua
-- Takes one of the requests that a user may make. Only a valid session takes one: nobody uses up
-- what is another's.
--
-- Keys:    KEYS[1] sessions:{user}   zset              token sha256 hex -> expiry, s
--          KEYS[2] rate:user:{user}  string, expiring  when the next one is due, us
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] now, us
--          ARGV[4] interval, us: between two requests at an even pace
--          ARGV[5] tolerance, us: how far requests may be ahead of that pace
-- Returns: {0, expiry in s, 0} taken
--          {0, expiry in s, the us to wait} there is none to take; nothing changed
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   takes another: a counter
-- Cost:    O(1)
-- include session
-- include rate
local sessions, rate = KEYS[1], KEYS[2]
local token_hash, now, now_us, interval, tolerance = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
return {0, expiry, rate_take(rate, now_us, interval, tolerance)}
