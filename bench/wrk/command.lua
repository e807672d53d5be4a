-- Redis commands over webdis: the file PICBED_COMMANDS has one a line, as webdis takes it in a POST's body.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")
function init()
  local requests = {}
  for line in io.lines(os.getenv("PICBED_COMMANDS")) do
    requests[#requests + 1] = wrk.format("POST", "/", common.headers(), line)
  end
  request = common.in_turn(requests)
end

done = common.done
