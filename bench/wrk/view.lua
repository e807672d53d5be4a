-- One more download of an own file: POST /api/dealfile?cmd=pv.
-- PICBED_USER, PICBED_TOKEN, PICBED_MD5 and PICBED_FILENAME say who and what; bench/run sets them.
local user, token = os.getenv("PICBED_USER"), os.getenv("PICBED_TOKEN")
wrk.method = "POST"
wrk.path = "/api/dealfile?cmd=pv"
wrk.headers["Content-Type"] = "application/json"
wrk.body = string.format(
  '{"user":"%s","token":"%s","md5":"%s","filename":"%s"}',
  user, token, os.getenv("PICBED_MD5"), os.getenv("PICBED_FILENAME"))
