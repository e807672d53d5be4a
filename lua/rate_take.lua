#!lua
-- Takes one of the requests that an address may make; exact, whichever picbed it came to.
--
-- Keys:    KEYS[1] rate:address:{address}  string, expiring  when the next one is due, us
-- Args:    ARGV[1] now, us
--          ARGV[2] interval, us: between two requests at an even pace
--          ARGV[3] tolerance, us: how far requests may be ahead of that pace
-- Returns: 0 taken
--          the us to wait, when there is none to take; nothing changed
-- Slot:    {address}
-- Writes:  yes
-- Again:   takes another: a counter
-- Cost:    O(1)
-- include rate
local rate = KEYS[1]
local now, interval, tolerance = ARGV[1], ARGV[2], ARGV[3]

return rate_take(rate, now, interval, tolerance)
