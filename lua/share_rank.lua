#!lua flags=no-writes
-- One page of the ranking: the public list's files by pv, highest first.
--
-- Keys:    KEYS[1] shares:{public}:pv  zset  share id -> pv
-- Args:    ARGV[1] start, 0 or more
--          ARGV[2] count, 1 to 1000
-- Returns: {total, {id, pv, id, pv, …}}; a pv is a decimal string
-- Slot:    {public}
-- Writes:  no
-- Cost:    O(log n + count)
-- include page
local views = KEYS[1]
local start, count = ARGV[1], ARGV[2]

return {redis.call('ZCARD', views), page_of(views, start, count, 'desc', 'WITHSCORES')}
