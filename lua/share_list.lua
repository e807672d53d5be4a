#!lua flags=no-writes
-- One page of the public list, by the time of sharing. A caller that has the page already, from a
-- version that is still the present one, is spared it.
--
-- Keys:    KEYS[1] shares:{public}          hash    share id -> row
--          KEYS[2] shares:{public}:time     zset    share id -> created, ms
--          KEYS[3] shares:{public}:pv       zset    share id -> pv
--          KEYS[4] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] start, 0 or more
--          ARGV[2] count, 1 to 1000
--          ARGV[3] order: asc or desc
--          ARGV[4] version of the page that the caller has, or ""
-- Returns: {version, total, rows, pvs}: the version of this page, "" where there is none and it
--            must not be kept; two arrays of one length: a row is its JSON, or "" where the index
--            names a share that has no row; a pv is a decimal string
--          {version} the page that the caller has is the present one
-- Slot:    {public}
-- Writes:  no
-- Cost:    O(log n + count); O(1) for a page that the caller has
-- include page
local shares, time, views, version_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local start, count, order, known = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local version = redis.call('GET', version_key) or ''
if known ~= '' and known == version then return {version} end

local total = redis.call('ZCARD', time)
local ids = page_of(time, start, count, order)
if #ids == 0 then return {version, total, {}, {}} end

local rows = redis.call('HMGET', shares, unpack(ids))
local pvs = redis.call('ZMSCORE', views, unpack(ids))
for i = 1, #ids do
  rows[i] = rows[i] or ''
  pvs[i] = pvs[i] or '0'
end
return {version, total, rows, pvs}
