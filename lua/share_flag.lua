#!lua flags=allow-oom
-- Sets or clears the mark that says, in its owner's list, that a file is shared. It may run when
-- memory is full: it ends an operation that has begun on the public list.
--
-- Keys:    KEYS[1] files:{user}          hash    file id -> row
--          KEYS[2] files:{user}:shared   set     file ids that are shared now
--          KEYS[3] files:{user}:version  string  of the user's lists
-- Args:    ARGV[1] file id
--          ARGV[2] want: 1 shared, 0 not shared
--          ARGV[3] new version, never used before
-- Returns: 0 done
--          1 the user has no such file (any more); a mark that was left is gone
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
local files, shared, version = KEYS[1], KEYS[2], KEYS[3]
local id, want, nonce = ARGV[1], ARGV[2], ARGV[3]

local owned = redis.call('HEXISTS', files, id) == 1
local command = owned and want == '1' and 'SADD' or 'SREM'
if redis.call(command, shared, id) == 1 then redis.call('SET', version, nonce) end
return owned and 0 or 1
