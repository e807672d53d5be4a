-- POSTs of one body after the other to PICBED_PATH: the lines of the file PICBED_BODIES (logins, rankings, browsing).
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")

function init()
  local requests = {}
  for line in io.lines(os.getenv("PICBED_BODIES")) do
    requests[#requests + 1] = common.post(os.getenv("PICBED_PATH"), line)
  end
  request = common.in_turn(requests)
end

done = common.done
