#!lua
-- Counts one view of a share; the same step moves it in the ranking.
--
-- Keys:    KEYS[1] shares:{public}:pv  zset  share id -> pv
-- Args:    ARGV[1] share id
-- Returns: {0, pv}
--          {1} nobody shares this
-- Slot:    {public}
-- Writes:  yes
-- Again:   counts again: a counter
-- Cost:    O(log n)
local views = KEYS[1]
local id = ARGV[1]

local pv = redis.call('ZADD', views, 'XX', 'INCR', 1, id)
if not pv then return {1} end
return {0, tonumber(pv)}
