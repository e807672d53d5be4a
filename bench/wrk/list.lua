-- A page of the users' own files: PICBED_COMMAND (normal, pvdesc, count), PICBED_START, PICBED_COUNT; users as in common.lua.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
function init()
  local path = "/api/myfiles?cmd=" .. (os.getenv("PICBED_COMMAND") or "normal")
  local requests = {}
  for index, session in ipairs(common.sessions()) do
    requests[index] = common.post(path, string.format(
      '{"user":"%s","token":"%s","start":%d,"count":%d}', session.user, session.token,
      common.number("PICBED_START", 0), common.number("PICBED_COUNT", 10)))
  end
  request = common.in_turn(requests)
end

done = common.done
