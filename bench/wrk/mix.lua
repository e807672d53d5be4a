-- A day's mix: 80 % blobs (PICBED_PATHS), 15 % pages of ten, 4 % views, 1 % uploads (as in upload.lua); users as in
-- common.lua.
local common = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "common.lua")

local blobs, pages, views, upload

function init()
  local blob_requests, page_requests, view_requests = {}, {}, {}
  for index, path in ipairs(common.words("PICBED_PATHS")) do
    blob_requests[index] = wrk.format("GET", path, common.headers())
  end
  for index, session in ipairs(common.sessions()) do
    page_requests[index] = common.post("/api/myfiles?cmd=normal", string.format(
      '{"user":"%s","token":"%s","start":0,"count":10}', session.user, session.token))
    view_requests[index] = common.post("/api/dealfile?cmd=pv", string.format(
      '{"user":"%s","token":"%s","md5":"%s","filename":"%s"}',
      session.user, session.token, session.md5, session.filename))
  end
  blobs, pages, views = common.in_turn(blob_requests), common.in_turn(page_requests), common.in_turn(view_requests)
  upload = common.upload()
end

function request()
  local draw = math.random(100)
  if draw <= 80 then return blobs() end
  if draw <= 95 then return pages() end
  if draw <= 99 then return views() end
  return upload()
end

done = common.done
