"""Pages of a user's own files, and their count."""

import json

from . import dataset
from .scenario import Maker, Scenario, expect
from .scripts import JOINED

HOT_PAGES = 100


class ListScenarios(Maker):
    """picbed answers whole documents, webdis the script's reply, nginx+lua something between."""

    def list(self, name, label, command, count, is_quick=False):
        """The first page of each user, whose files it holds all."""
        expected = {
            self.data.file(self.data.users[0], number).md5 for number in range(dataset.FILES_PER_USER)}
        environment = {"PICBED_SESSIONS": self.sessions}
        pages = [(user, 0) for user in self.data.users]
        return self._pages(name, label, command, count, environment, pages, expected, is_quick)

    def hot_list(self, name, label, command, count):
        """Many pages of a user with many files."""
        user = dataset.HOT_USER
        expected = None
        if command == "normal":
            expected = {self.data.file(user, number).md5 for number in range(count)}
        environment = {
            "PICBED_SESSIONS": self.write_sessions("hot", [user]), "PICBED_PAGES": str(HOT_PAGES)}
        pages = [(user, page * count) for page in range(HOT_PAGES)]
        return self._pages(name, label, command, count, environment, pages, expected, is_quick=False)

    def _pages(self, name, label, command, count, environment, pages, expected, is_quick):
        """`pages` are (user, start); `expected` is the set of md5s on the first of them, if it is known."""
        index, order = ("time", "asc") if command == "normal" else ("pv", "desc")
        user, start = pages[0]
        session = self.data.sessions[user]
        total = dataset.HOT_FILES if user == dataset.HOT_USER else dataset.FILES_PER_USER

        def check_entries(md5s, views):
            expect(len(md5s) == len(views) == min(count, total), f"{len(md5s)} entries")
            expect(expected is None or set(md5s) == expected, "another page")
            expect(command == "normal" or views == sorted(views, reverse=True), f"pvs {views}")

        def check(server):
            page = server.call(f"/api/myfiles?cmd={command}", {
                "user": user, "token": session.token, "start": start, "count": count})
            files = page["files"]
            expect(page["total"] == total and page["count"] == len(files), page)
            check_entries([file["md5"] for file in files], [file["pv"] for file in files])

        def check_webdis(server):
            reply = self.command(
                server, self.scripts.file_list(session, start, count, index, order, JOINED))
            expect(reply[0] == 0 and reply[3] == total, reply)
            rows = json.loads(f"[{reply[4]}]")
            check_entries([row["md5"] for row in rows], [int(pv) for pv in reply[5].split(",")])
        environment |= {"PICBED_COMMAND": command, "PICBED_COUNT": str(count)}
        commands = self.commands(name, (
            self.scripts.file_list(self.data.sessions[user], start, count, index, order, JOINED)
            for user, start in pages))
        return Scenario(name, label, [
            self.entry("picbed", "list.lua", environment, check),
            self.entry("webdis", "command.lua", commands, check_webdis),
            self.entry("nginx+lua", "list.lua", environment, check)], is_quick)

    def count(self):
        user = self.data.users[0]
        session = self.data.sessions[user]

        def check(server):
            answer = server.call("/api/myfiles?cmd=count", {"user": user, "token": session.token})
            expect(answer["total"] == dataset.FILES_PER_USER, answer)

        def check_webdis(server):
            reply = self.command(server, self.scripts.file_count(session))
            expect(reply[0] == 0 and reply[2] == dataset.FILES_PER_USER, reply)
        commands = self.commands("count", (
            self.scripts.file_count(self.data.sessions[user]) for user in self.data.users))
        environment = {"PICBED_SESSIONS": self.sessions, "PICBED_COMMAND": "count"}
        return Scenario("count", "count of own files", [
            self.entry("picbed", "list.lua", environment, check),
            self.entry("webdis", "command.lua", commands, check_webdis)])
