-- A page of the users' own files: PICBED_COMMAND (normal, pvdesc, count), PICBED_COUNT entries, from the first
-- PICBED_PAGES pages in turn; users as in common.lua.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")

function init()
  local path = "/api/myfiles?cmd=" .. (os.getenv("PICBED_COMMAND") or "normal")
  local count = common.number("PICBED_COUNT", 10)
  local requests = {}
  for _, session in ipairs(common.sessions()) do
    for page = 0, common.number("PICBED_PAGES", 1) - 1 do
      requests[#requests + 1] = common.post(path, string.format(
        '{"user":"%s","token":"%s","start":%d,"count":%d}', session.user, session.token, page * count, count))
    end
  end
  request = common.in_turn(requests)
end

done = common.done
