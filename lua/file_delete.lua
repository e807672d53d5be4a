#!lua flags=allow-oom
-- Begins the delete of the caller's file: takes it out of every index of the user and writes down
-- what is still to be done under other tags, so that a delete that was cut off can be finished.
--
-- Keys:    KEYS[1] sessions:{user}        zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}           hash  file id -> row
--          KEYS[3] files:{user}:time      zset  file id -> created, ms
--          KEYS[4] files:{user}:pv        zset  file id -> pv
--          KEYS[5] files:{user}:shared    set   file ids that are shared now
--          KEYS[6] files:{user}:deleting  hash  file id -> unfinished deletes, a line each, newest
--                                               first: urlmd5 or "-", "/", the call, a space, row
--          KEYS[7] pictures:{user}        hash  file id -> urlmd5 and urlmd5 -> file id
--          KEYS[8] pictures:{user}:time   zset  urlmd5 -> created, ms
--          KEYS[9] files:{user}:version   string  of the user's lists
--          KEYS[10] files:{user}:bytes    string  the sum of the files' sizes
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] file id
--          ARGV[4] new version, never used before: it also names the call
-- Returns: {0, expiry in s, row, urlmd5 or "-", …}: taken; the delete that the caller is to finish,
--            and then to clear with file_deleted. Further pairs of row and urlmd5 follow where
--            earlier deletes of this id (uploaded anew since) were cut off: to be finished likewise
--          {1, expiry in s} the caller has no such file and no delete of it is unfinished
--          {2, expiry in s, row, urlmd5 or "-", …} another call took the file and is at work or was
--            cut off: to be finished likewise
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer until file_deleted cleared it, then {1, expiry}; nothing changes
-- Cost:    O(log n)
-- include session
local sessions, files, time, views = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local shared, deleting, pictures, pictures_time = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local version, bytes = KEYS[9], KEYS[10]
local token_hash, now, id, nonce = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local row = redis.call('HGET', files, id)
local unfinished = redis.call('HGET', deleting, id)
if not row and not unfinished then return {1, expiry} end

if row then
  local urlmd5 = redis.call('HGET', pictures, id)
  -- A row is JSON, in which a line feed is escaped: one line.
  local intent = (urlmd5 or '-') .. '/' .. nonce .. ' ' .. row
  unfinished = unfinished and (intent .. '\n' .. unfinished) or intent
  redis.call('HSET', deleting, id, unfinished)
  redis.call('HDEL', files, id)
  redis.call('ZREM', time, id)
  redis.call('ZREM', views, id)
  redis.call('SREM', shared, id)
  redis.call('SET', version, nonce)
  -- In a name, which stands before the size, a quotation mark is escaped: this finds the member.
  local size = string.match(row, ',"size":(%d+),')
  if redis.call('HLEN', files) == 0 then
    redis.call('DEL', bytes)
  else
    redis.call('DECRBY', bytes, size)
  end
  if urlmd5 then
    redis.call('HDEL', pictures, id, urlmd5)
    redis.call('ZREM', pictures_time, urlmd5)
  end
end

local is_own = string.match(unfinished, '^[^ /]+/([^ ]+) ') == nonce
local reply = {is_own and 0 or 2, expiry}
for urlmd5, recorded in string.gmatch(unfinished, '([^ /\n]+)[^ \n]* ([^\n]+)') do
  reply[#reply + 1] = recorded
  reply[#reply + 1] = urlmd5
end
return reply
