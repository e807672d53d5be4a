#!lua flags=allow-oom
-- Ends the caller's session whose hash begins with an id, or every one.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] id: the first digits of a token's sha256; "" for all sessions but the caller's
-- Returns: {0, expiry in s, ended}: how many
--          {4} no valid session
-- Slot:    {user}
-- Writes:  yes
-- Again:   the same answer with 0 ended; nothing changes
-- Cost:    O(sessions), of which a user has a thousand at most
-- include session
local sessions = KEYS[1]
local token_hash, now, id = ARGV[1], ARGV[2], ARGV[3]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local ended = 0
for _, hash in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
  local is_meant = id == '' and hash ~= token_hash or id ~= '' and string.sub(hash, 1, #id) == id
  if is_meant then ended = ended + redis.call('ZREM', sessions, hash) end
end
return {0, expiry, ended}
