"""What counts: views of files and shares, the ranking, picture links."""

import json

from . import dataset
from .scenario import Maker, Scenario, expect
from .scripts import JOINED


class ViewScenarios(Maker):
    """Checks look at the counters in Redis."""

    def view(self):
        user = self.data.users[0]
        session, file = self.data.sessions[user], self.data.file(user)

        def pv():
            return int(self.redis.call("ZSCORE", f"files:{{{user}}}:pv", file.id))

        def check(server):
            before = pv()
            server.call("/api/dealfile?cmd=pv", {
                "user": user, "token": session.token, "md5": file.md5, "filename": file.name})
            expect(pv() == before + 1, f"pv of {file.id} after a view")

        def check_webdis(server):
            before = pv()
            reply = self.command(server, self.scripts.file_view(session, file.id))
            expect(reply[0] == 0 and reply[2] == before + 1, reply)
        environment = {"PICBED_SESSIONS": self.sessions}
        commands = self.commands("view", (
            self.scripts.file_view(self.data.sessions[user], self.data.file(user).id)
            for user in self.data.users))
        return Scenario("view", "pv of an own file", [
            self.entry("picbed", "view.lua", environment, check),
            self.entry("webdis", "command.lua", commands, check_webdis),
            self.entry("nginx+lua", "view.lua", environment, check)], is_quick=True)

    def share_view(self):
        user = self.data.users[0]
        session, file = self.data.sessions[user], self.data.file(user)

        def pv():
            return int(self.redis.call("ZSCORE", "shares:{public}:pv", file.id))

        def check(server):
            before = pv()
            server.call("/api/dealsharefile?cmd=pv", {
                "user": user, "token": session.token, "md5": file.md5, "filename": file.name})
            expect(pv() == before + 1, f"pv of share {file.id} after a view")

        def check_webdis(server):
            before = pv()
            reply = self.command(server, self.scripts.share_view(file.id))
            expect(reply == [0, before + 1], reply)
        environment = {"PICBED_SESSIONS": self.sessions, "PICBED_PATH": "/api/dealsharefile?cmd=pv"}
        commands = self.commands("share-view", (
            self.scripts.share_view(self.data.file(user).id) for user in self.data.users))
        return Scenario("share-view", "pv of a share", [
            self.entry("picbed", "view.lua", environment, check),
            self.entry("webdis", "command.lua", commands, check_webdis)])

    def ranking(self):
        def check(server):
            page = server.call("/api/sharefiles?cmd=pvdesc", {"start": 0, "count": 10})
            views = [file["pv"] for file in page["files"]]
            expect(page["total"] == dataset.SHARED_FILES and len(views) == 10, page)
            expect(views == sorted(views, reverse=True), page)

        def check_webdis(server):
            reply = self.command(server, self.scripts.share_rank(0, 10, JOINED))
            expect(reply[1] == dataset.SHARED_FILES and len(reply[2].split(",")) == 20, reply)
        bodies = self.write("rankings", (
            json.dumps({"start": start, "count": 10}) for start in range(0, 100, 10)))
        commands = self.commands("ranking", (
            self.scripts.share_rank(start, 10, JOINED) for start in range(0, 100, 10)))
        return Scenario("ranking", "share ranking, ten", [
            self.entry("picbed", "post.lua", {
                "PICBED_PATH": "/api/sharefiles?cmd=pvdesc", "PICBED_BODIES": bodies}, check),
            self.entry("webdis", "command.lua", commands, check_webdis)])

    def browse(self):
        def pv():
            return int(self.redis.call("HGET", f"picture:{{{self.data.pictures[0]}}}", "pv"))

        def check(server):
            before = pv()
            answer = server.call("/api/sharepic?cmd=browse", {"urlmd5": self.data.pictures[0]})
            expect(answer["pv"] == before + 1 and answer["url"].endswith(".bin"), answer)

        def check_webdis(server):
            before = pv()
            reply = self.command(server, self.scripts.picture_browse(self.data.pictures[0]))
            expect(reply[0] == 0 and reply[5] == before + 1, reply)
        bodies = self.write("browses", (
            json.dumps({"urlmd5": urlmd5}) for urlmd5 in self.data.pictures))
        commands = self.commands("browse", map(self.scripts.picture_browse, self.data.pictures))
        return Scenario("browse", "browse a picture link", [
            self.entry("picbed", "post.lua", {
                "PICBED_PATH": "/api/sharepic?cmd=browse", "PICBED_BODIES": bodies}, check),
            self.entry("webdis", "command.lua", commands, check_webdis)])
