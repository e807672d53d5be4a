-- How many hold the blob: all of its hash's fields but the blob's own. No holder is named like one
-- of those, since each has a slash.
local function holders_of(blob)
  local own = 0
  for _, value in ipairs(redis.call('HMGET', blob, 'size', 'name', 'state', 'orphaned')) do
    if value then own = own + 1 end
  end
  return redis.call('HLEN', blob) - own
end
