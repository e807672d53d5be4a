#!lua
-- Makes an invite, which one registration may use until it expires.
--
-- Keys:    KEYS[1] invite:{sha256}  hash, expiring  created (ms)
-- Args:    ARGV[1] created, ms
--          ARGV[2] expiry, s
-- Returns: 0 made
-- Slot:    {sha256}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local invite = KEYS[1]
local created, expiry = ARGV[1], ARGV[2]

redis.call('HSET', invite, 'created', created)
redis.call('EXPIREAT', invite, expiry)
return 0
