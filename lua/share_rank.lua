#!lua flags=no-writes
-- One page of the ranking: the public list's files by pv, highest first. A caller that has the page
-- already, from a version that is still the present one, is spared it.
--
-- Keys:    KEYS[1] shares:{public}:pv       zset    share id -> pv
--          KEYS[2] shares:{public}:version  string  of the public lists
-- Args:    ARGV[1] start, 0 or more
--          ARGV[2] count, 1 to 1000
--          ARGV[3] version of the page that the caller has, or ""
-- Returns: {version, total, {id, pv, id, pv, …}}: the version of this page, "" where there is none
--            and it must not be kept; a pv is a decimal string
--          {version} the page that the caller has is the present one
-- Slot:    {public}
-- Writes:  no
-- Cost:    O(log n + count); O(1) for a page that the caller has
-- include page
local views, version_key = KEYS[1], KEYS[2]
local start, count, known = ARGV[1], ARGV[2], ARGV[3]

local version = redis.call('GET', version_key) or ''
if known ~= '' and known == version then return {version} end
return {version, redis.call('ZCARD', views), page_of(views, start, count, 'desc', 'WITHSCORES')}
