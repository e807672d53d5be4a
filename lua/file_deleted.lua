#!lua flags=allow-oom
-- Clears the record of a delete that is finished under every tag.
--
-- Keys:    KEYS[1] files:{user}:deleting  hash  file id -> unfinished deletes, a line each: urlmd5
--                                               or "-", "/", the call, a space, row
-- Args:    ARGV[1] file id
--          ARGV[2] row that was deleted, as file_delete answered it
-- Returns: 1 cleared
--          0 no such record
-- Slot:    {user}
-- Writes:  yes
-- Again:   0; nothing changes
-- Cost:    O(unfinished deletes of this file), one as a rule
local deleting = KEYS[1]
local id, row = ARGV[1], ARGV[2]

local unfinished = redis.call('HGET', deleting, id)
if not unfinished then return 0 end
local others, found = {}, false
for line in string.gmatch(unfinished, '[^\n]+') do
  if string.match(line, '^[^ ]+ (.*)$') == row then
    found = true
  else
    others[#others + 1] = line
  end
end
if not found then return 0 end

if #others == 0 then
  redis.call('HDEL', deleting, id)
else
  redis.call('HSET', deleting, id, table.concat(others, '\n'))
end
return 1
