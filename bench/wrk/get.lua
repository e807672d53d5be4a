-- GETs of paths in turn: PICBED_PATHS, and PICBED_ETAG for conditional requests.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
function init()
  local requests = {}
  for index, path in ipairs(common.words("PICBED_PATHS")) do
    local headers = common.headers()
    if os.getenv("PICBED_ETAG") then headers["If-None-Match"] = common.words("PICBED_ETAG")[index] end
    requests[index] = wrk.format("GET", path, headers)
  end
  request = common.in_turn(requests)
end

done = common.done
