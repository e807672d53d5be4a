#!lua flags=no-writes
-- The row of one file that the caller owns.
--
-- Keys:    KEYS[1] sessions:{user}  zset  token sha256 hex -> expiry, s
--          KEYS[2] files:{user}     hash  file id -> row
-- Args:    ARGV[1] token's sha256, hex
--          ARGV[2] now, s
--          ARGV[3] file id
-- Returns: {0, expiry in s, row}
--          {1, expiry in s} the caller has no such file
--          {4} no valid session
-- Slot:    {user}
-- Writes:  no
-- Cost:    O(1)
-- include session
local sessions, files = KEYS[1], KEYS[2]
local token_hash, now, id = ARGV[1], ARGV[2], ARGV[3]

local expiry = session_expiry(sessions, token_hash, now)
if not expiry then return {4} end
local row = redis.call('HGET', files, id)
if not row then return {1, expiry} end
return {0, expiry, row}
