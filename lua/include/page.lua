-- A page's ids go through unpack(), which pushes them onto Lua's C stack of 8000 values: a longer
-- page is cut.
local PAGE_ENTRIES_MAX = 1000

-- The members of the sorted set `index` from rank `start` on, `count` of them at most. `order` is
-- "asc" or "desc". Equal scores are ordered by member (bytes), and the other way round in "desc":
-- the same every time. A further argument 'WITHSCORES' makes it a flat array of member, score,
-- member …
local function page_of(index, start, count, order, ...)
  local first = tonumber(start)
  local last = first + math.min(tonumber(count), PAGE_ENTRIES_MAX) - 1
  if order == 'desc' then return redis.call('ZRANGE', index, first, last, 'REV', ...) end
  return redis.call('ZRANGE', index, first, last, ...)
end
