-- The expiry (s) of a session that is valid at `now` (s), else nil: the first check of every script
-- that acts for a user. Check and work are one atomic step, so nothing is done for a session that
-- has just ended. A session is over at its expiry, not after it.
local function session_expiry(sessions, token_hash, now)
  local expiry = tonumber(redis.call('ZSCORE', sessions, token_hash))
  if expiry and expiry > tonumber(now) then return expiry end
  return nil
end
