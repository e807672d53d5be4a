#!lua
-- Counts one view of a share; the same step moves it in the ranking.
--
-- Keys:    KEYS[1] shares:{public}:pv       zset    share id -> pv
--          KEYS[2] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] share id
--          ARGV[2] new version, never used before
-- Returns: {0, pv}
--          {1} nobody shares this
-- Slot:    {public}
-- Writes:  yes
-- Again:   counts again: a counter
-- Cost:    O(log n)
local views, version = KEYS[1], KEYS[2]
local id, nonce = ARGV[1], ARGV[2]

local pv = redis.call('ZADD', views, 'XX', 'INCR', 1, id)
if not pv then return {1} end
redis.call('SET', version, nonce)
return {0, tonumber(pv)}
