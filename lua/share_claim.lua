#!lua
-- Puts a file on the public list, unless another user shares this same file (md5 and name).
--
-- Keys:    KEYS[1] shares:{public}          hash    share id -> row
--          KEYS[2] shares:{public}:time     zset    share id -> created, ms
--          KEYS[3] shares:{public}:pv       zset    share id -> pv, starts at 0
--          KEYS[4] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] share id, which is the file id
--          ARGV[2] user who shares
--          ARGV[3] row: the share's JSON, with "user" and the file row's "hold", without the
--                  closing brace and without "created", which this script appends
--          ARGV[4] created, ms: when it is shared; moved on to just after the newest share's where
--                  the clock went back or stood still
--          ARGV[5] new version, never used before
-- Returns: 0 shared by this user, now or before
--          3 another user shares it
-- Slot:    {public}
-- Writes:  yes
-- Again:   the same answer, nothing changes; time and pv of a share that is there stay. Only the
--          share of a row that is being deleted (another hold) makes way: it begins anew
-- Cost:    O(log n)
local shares, time, views, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, user, row_prefix, created = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local nonce = ARGV[5]

local present = redis.call('HGET', shares, id)
if present then
  local share = cjson.decode(present)
  if share.user ~= user then return 3 end
  if share.hold == cjson.decode(row_prefix .. '}').hold then return 0 end
end

local newest = redis.call('ZRANGE', time, 0, 0, 'REV', 'WITHSCORES')[2]
if newest then created = math.max(created, tonumber(newest) + 1) end
redis.call('HSET', shares, id, string.format('%s,"created":%d}', row_prefix, created))
redis.call('ZADD', time, created, id)
redis.call('ZADD', views, 0, id)
redis.call('SET', version, nonce)
return 0
