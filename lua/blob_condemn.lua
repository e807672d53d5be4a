#!lua flags=allow-oom
-- Marks a blob that nobody has held for the grace period as being deleted, so that its file may be
-- unlinked. From then on only an upload under the sweep lock can bring it back.
--
-- Keys:    KEYS[1] blob:{md5}  hash  size name state (orphaned), and a field for each holder:
--                             user/file name@hold -> ""
-- Args:    ARGV[1] now, ms
--          ARGV[2] grace, ms
-- Returns: {0, name} marked, now or before: unlink this path, then blob_forget
--          {1} no such blob
--          {2} it has holders
--          {3, due in ms} the grace period lasts until then
-- Slot:    {md5}
-- Writes:  yes
-- Again:   the same answer, nothing changes
-- Cost:    O(1)
-- include holders
local blob = KEYS[1]
local now, grace = tonumber(ARGV[1]), tonumber(ARGV[2])

local name, state, orphaned = unpack(redis.call('HMGET', blob, 'name', 'state', 'orphaned'))
if not state then return {1} end
if holders_of(blob) > 0 then return {2} end
if state == 'deleting' then return {0, name} end
if not orphaned then
  -- Live and yet without holders: no script leaves this, a hand in redis-cli may. Its grace begins.
  redis.call('HSET', blob, 'state', 'orphan', 'orphaned', now)
  orphaned = now
end
local due = tonumber(orphaned) + grace
if due > now then return {3, due} end

redis.call('HSET', blob, 'state', 'deleting')
return {0, name}
