#!lua flags=no-writes
-- One page of a user's picture links, by time. Their pv is under each link's own tag: the caller
-- reads it there.
--
-- Keys:    KEYS[1] sessions:{user}       zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}          hash  file id -> row
--          KEYS[3] pictures:{user}       hash  urlmd5 -> file id (and file id -> urlmd5)
--          KEYS[4] pictures:{user}:time  zset  urlmd5 -> created, ms
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] start, 0 or more
--          ARGV[4] count, 1 to 1000
--          ARGV[5] order: asc or desc
-- Returns: {0, expiry in s, total, {urlmd5, created, urlmd5, created, …}, rows}: created is ms as a
--            decimal string; a row is its file's JSON, or "" where there is none
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(log n + count)
-- include session
-- include page
local sessions, files, pictures, time = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local token_hash, now, start, count, order = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end

local total = redis.call('ZCARD', time)
local links = page_of(time, start, count, order, 'WITHSCORES')
if #links == 0 then return {0, expiry, total, {}, {}} end

local urlmd5s = {}
for i = 1, #links / 2 do urlmd5s[i] = links[2 * i - 1] end
local ids = redis.call('HMGET', pictures, unpack(urlmd5s))
-- No file has the id "".
for i = 1, #urlmd5s do ids[i] = ids[i] or '' end
local rows = redis.call('HMGET', files, unpack(ids))
for i = 1, #urlmd5s do rows[i] = rows[i] or '' end
return {0, expiry, total, links, rows}
