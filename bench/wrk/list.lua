-- A page of ten of the user's files: POST /api/myfiles?cmd=normal.
-- PICBED_USER and PICBED_TOKEN say who asks; bench/run sets them.
local user, token = os.getenv("PICBED_USER"), os.getenv("PICBED_TOKEN")
wrk.method = "POST"
wrk.path = "/api/myfiles?cmd=normal"
wrk.headers["Content-Type"] = "application/json"
wrk.body = string.format('{"user":"%s","token":"%s","start":0,"count":10}', user, token)
