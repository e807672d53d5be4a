-- What the scripts beside this one share: who asks, requests in turn, and the summary that bench/run reads.
-- Each loads it with dofile; it is no scenario itself.
local common = {}

-- The users in whose name requests are sent: the lines of the file PICBED_SESSIONS, "user token md5 filename", or
-- one user from PICBED_USER, PICBED_TOKEN, PICBED_MD5 and PICBED_FILENAME.
function common.sessions()
  local path = os.getenv("PICBED_SESSIONS")
  if not path then
    return {{
      user = os.getenv("PICBED_USER"), token = os.getenv("PICBED_TOKEN"),
      md5 = os.getenv("PICBED_MD5"), filename = os.getenv("PICBED_FILENAME"),
    }}
  end
  local sessions = {}
  for line in io.lines(path) do
    local user, token, md5, filename = line:match("^(%S+) (%S+) (%S+) (%S+)$")
    sessions[#sessions + 1] = {user = user, token = token, md5 = md5, filename = filename}
  end
  return sessions
end

-- The words of a variable, for lists of paths and ids.
function common.words(variable)
  local words = {}
  for word in os.getenv(variable):gmatch("%S+") do words[#words + 1] = word end
  return words
end

function common.number(variable, default)
  return tonumber(os.getenv(variable)) or default
end

-- PICBED_CLOSE=1 asks for one request a connection.
function common.headers(more)
  local headers = more or {}
  if os.getenv("PICBED_CLOSE") == "1" then headers["Connection"] = "close" end
  return headers
end

function common.post(path, body)
  return wrk.format("POST", path, common.headers({["Content-Type"] = "application/json"}), body)
end

-- A `request` function that sends these in turn. They are made once: what is left per request is one array look-up.
function common.in_turn(requests)
  local next = math.random(#requests)
  return function()
    next = next % #requests + 1
    return requests[next]
  end
end

-- Sixteen digits that no other run has.
function common.fresh()
  local file = io.open("/dev/urandom", "rb")
  local bytes = file:read(8)
  file:close()
  return (bytes:gsub(".", function(byte) return string.format("%02x", byte:byte()) end))
end

-- A function that makes an upload of PICBED_BYTES bytes which nobody sent before.
function common.upload()
  local path = os.getenv("PICBED_PATH") or "/api/upload/"
  local headers = common.headers({["Authorization"] = os.getenv("PICBED_AUTHORIZATION")})
  local file = io.open("/dev/urandom", "rb")
  local rest = file:read(common.number("PICBED_BYTES", 102400) - 32)
  file:close()
  local run, number = common.fresh(), 0
  return function()
    number = number + 1
    local mark = string.format("%s%016d", run, number)
    return wrk.format("PUT", path .. mark .. ".bin", headers, mark .. rest)
  end
end

-- Reports the run as one line of JSON, times in microseconds.
function common.done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"bytes":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d,"max_us":%d,'
    .. '"bad_statuses":%d,"socket_errors":%d,"timeouts":%d}',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9), latency.max, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout))
end

return common
