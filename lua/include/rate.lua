-- Takes one turn of a rate kept by the generic cell rate algorithm: the key holds the theoretical
-- arrival time (us) of the next request at the even pace, which requests may be ahead of by
-- `tolerance` us. Returns 0 when taken, else the us to wait.
local function rate_take(rate, now, interval, tolerance)
  now, interval, tolerance = tonumber(now), tonumber(interval), tonumber(tolerance)
  local arrival = math.max(tonumber(redis.call('GET', rate)) or 0, now)
  -- Further ahead than requests can bring it: a clock was wrong. That must shut nobody out.
  if arrival > now + tolerance + interval then arrival = now + tolerance end
  local wait = arrival - tolerance - now
  if wait > 0 then return wait end
  local after = arrival + interval
  redis.call('SET', rate, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
  return 0
end
