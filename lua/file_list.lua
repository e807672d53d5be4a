#!lua flags=no-writes
-- One page of a user's files in the order of an index: by time or by pv. A caller that has the page
-- already, from a version that is still the present one, is spared it.
--
-- Keys:    KEYS[1] sessions:{user}       zset    token sha256 hex -> expiry, s
--          KEYS[2] files:{user}          hash    file id -> row
--          KEYS[3] index: files:{user}:time or files:{user}:pv  zset  file id -> score
--          KEYS[4] files:{user}:pv       zset    file id -> pv
--          KEYS[5] files:{user}:shared   set     file ids that are shared now
--          KEYS[6] files:{user}:version  string  of the user's lists
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] start, 0 or more
--          ARGV[4] count, 1 to 1000
--          ARGV[5] order: asc or desc
--          ARGV[6] version of the page that the caller has, or ""
-- Returns: {0, expiry in s, version, total, rows, pvs, shared}: the version of this page, "" where
--            there is none and it must not be kept; three arrays of one length: a row is its JSON,
--            or "" where an index names a file that has no row; a pv is a decimal string; shared is
--            0 or 1
--          {0, expiry in s, version} the page that the caller has is the present one
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(log n + count); O(1) for a page that the caller has
-- include session
-- include page
local sessions, files, index, views, shared = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local token_hash, now, start, count, order = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local known, version_key = ARGV[6], KEYS[6]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local version = redis.call('GET', version_key) or ''
if known ~= '' and known == version then return {0, expiry, version} end

local total = redis.call('ZCARD', index)
local ids, pvs
if index == views then
  -- The scores of this index are the pvs: one command less.
  ids, pvs = {}, {}
  local page = page_of(index, start, count, order, 'WITHSCORES')
  for i = 1, #page / 2 do
    ids[i], pvs[i] = page[2 * i - 1], page[2 * i]
  end
else
  ids = page_of(index, start, count, order)
end
if #ids == 0 then return {0, expiry, version, total, {}, {}, {}} end

local rows = redis.call('HMGET', files, unpack(ids))
pvs = pvs or redis.call('ZMSCORE', views, unpack(ids))
local flags = redis.call('SMISMEMBER', shared, unpack(ids))
for i = 1, #ids do
  rows[i] = rows[i] or ''
  pvs[i] = pvs[i] or '0'
end
return {0, expiry, version, total, rows, pvs, flags}
