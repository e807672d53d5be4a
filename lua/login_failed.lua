#!lua
-- Counts a failed login of a user or from an address; the count is forgotten after a quiet window.
--
-- Keys:    KEYS[1] throttle:user:{user} or throttle:address:{address}  string  failures, expiring
-- Args:    ARGV[1] window, s
-- Returns: the failures counted so far, this one included
-- Slot:    {user} or {address}
-- Writes:  yes
-- Again:   counts again: a counter
-- Cost:    O(1)
local throttle = KEYS[1]
local window = ARGV[1]

local failures = redis.call('INCR', throttle)
redis.call('EXPIRE', throttle, window)
return failures
