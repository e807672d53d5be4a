#!lua flags=no-writes
-- One page of the public list, by the time of sharing.
--
-- Keys:    KEYS[1] shares:{public}       hash  share id -> row
--          KEYS[2] shares:{public}:time  zset  share id -> created, ms
--          KEYS[3] shares:{public}:pv    zset  share id -> pv
-- Args:    ARGV[1] start, 0 or more
--          ARGV[2] count, 1 to 1000
--          ARGV[3] order: asc or desc
-- Returns: {total, rows, pvs}: two arrays of one length; a row is its JSON, or "" where the index
--            names a share that has no row; a pv is a decimal string
-- Slot:    {public}
-- Writes:  no
-- Cost:    O(log n + count)
-- include page
local shares, time, views = KEYS[1], KEYS[2], KEYS[3]
local start, count, order = ARGV[1], ARGV[2], ARGV[3]

local total = redis.call('ZCARD', time)
local ids = page_of(time, start, count, order)
if #ids == 0 then return {total, {}, {}} end

local rows = redis.call('HMGET', shares, unpack(ids))
local pvs = redis.call('ZMSCORE', views, unpack(ids))
for i = 1, #ids do
  rows[i] = rows[i] or ''
  pvs[i] = pvs[i] or '0'
end
return {total, rows, pvs}
