-- Instant upload: POST /api/md5 of PICBED_MD5S under names never used before, for the first user of common.lua.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")

local session, md5s, run, number

function init()
  session, md5s, run, number = common.sessions()[1], common.words("PICBED_MD5S"), common.fresh(), 0
end

function request()
  number = number + 1
  return common.post("/api/md5", string.format(
    '{"user":"%s","token":"%s","md5":"%s","filename":"%s-%d.bin"}',
    session.user, session.token, md5s[number % #md5s + 1], run, number))
end

done = common.done
