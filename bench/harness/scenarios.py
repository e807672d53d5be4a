"""What is measured: each scenario with its contestants, its load, and the check of its answers."""

import dataclasses
import json
import urllib.parse
from typing import Callable

from . import dataset
from .processes import BenchError
from .scripts import JOINED


@dataclasses.dataclass(frozen=True)
class Entry:
    """One contestant's part in a scenario: the wrk script that loads it, and the check of its answers."""

    contestant: str
    script: str
    environment: dict
    check: Callable[[], None]


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Contestants that answer the same question."""

    name: str
    label: str
    entries: list
    # Part of bench-quick.
    is_quick: bool = False

    def entry(self, contestant):
        return next((entry for entry in self.entries if entry.contestant == contestant), None)


def expect(condition, what):
    if not condition:
        raise BenchError(f"wrong answer: {what}")


class Scenarios:
    """Makes the scenarios for loaded data and started contestants."""

    def __init__(self, data, servers, redis, scripts, work):
        self._data, self._servers, self._work = data, servers, work
        self._redis, self._scripts = redis, scripts
        self._sessions = self._write("sessions", (
            " ".join((user, data.sessions[user].token, data.file(user).md5, data.file(user).name))
            for user in data.users))

    def all(self):
        return [
            self._healthz(),
            *(self._blob(label) for label in dataset.BLOB_SIZES),
            self._list("list", "list page of ten", "normal", 10, is_quick=True),
            self._view(),
        ]

    def _write(self, name, lines):
        path = self._work / name
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    # Tiny reply and blobs

    def _healthz(self):
        def check(server):
            status, _, body = server.request("GET", "/healthz")
            expect(status == 200 and json.loads(body)["code"] == 0, f"/healthz {status} {body!r}")
        return Scenario("healthz", "tiny reply (/healthz)", [
            self._entry(name, "get.lua", {"PICBED_PATHS": "/healthz"}, check)
            for name in ("picbed", "nginx")])

    def _blob(self, label):
        blobs = self._data.blobs[label]

        def check(server):
            for blob in blobs:
                status, _, body = server.request("GET", blob.path)
                expect(status == 200 and body == blob.content, f"{blob.path} from {server.base}")
        environment = {"PICBED_PATHS": " ".join(blob.path for blob in blobs)}
        size = {"4k": "4 KB", "32k": "32 KB", "256k": "256 KB", "1m": "1 MB"}[label]
        return Scenario(f"blob-{label}", f"blob GET {size}", [
            self._entry(name, "get.lua", environment, check) for name in ("picbed", "nginx")],
            is_quick=True)

    # Lists and views

    def _list(self, name, label, command, count, is_quick=False):
        index, order = ("time", "asc") if command == "normal" else ("pv", "desc")
        user = self._data.users[0]
        session = self._data.sessions[user]
        expected = {
            self._data.file(user, number).md5 for number in range(dataset.FILES_PER_USER)}

        def check(server):
            page = server.call(f"/api/myfiles?cmd={command}", {
                "user": user, "token": session.token, "start": 0, "count": count})
            expect(page["total"] == dataset.FILES_PER_USER, page)
            expect(page["count"] == len(page["files"]) == min(count, page["total"]), page)
            expect({file["md5"] for file in page["files"]} == expected, page)
            expect(all(file["pv"] >= 0 and file["share_status"] in (0, 1) for file in page["files"]), page)

        def check_webdis(server):
            reply = self._command(
                server, self._scripts.file_list(session, 0, count, index, order, JOINED))
            expect(reply[0] == 0 and reply[3] == dataset.FILES_PER_USER, reply)
            rows = json.loads(f"[{reply[4]}]")
            expect({row["md5"] for row in rows} == expected and len(reply[5].split(",")) == len(rows), reply)
        environment = {
            "PICBED_SESSIONS": self._sessions, "PICBED_COMMAND": command, "PICBED_COUNT": str(count)}
        commands = self._commands(name, (
            self._scripts.file_list(self._data.sessions[user], 0, count, index, order, JOINED)
            for user in self._data.users))
        return Scenario(name, label, [
            self._entry("picbed", "list.lua", environment, check),
            self._entry("webdis", "command.lua", commands, check_webdis),
            self._entry("nginx+lua", "list.lua", environment, check)], is_quick)

    def _view(self):
        user = self._data.users[0]
        session, file = self._data.sessions[user], self._data.file(user)

        def check(server):
            before = self._pv(file)
            server.call("/api/dealfile?cmd=pv", {
                "user": user, "token": session.token, "md5": file.md5, "filename": file.name})
            expect(self._pv(file) == before + 1, f"pv of {file.id} after a view")

        def check_webdis(server):
            before = self._pv(file)
            reply = self._command(server, self._scripts.file_view(session, file.id))
            expect(reply[0] == 0 and reply[2] == before + 1, reply)
        environment = {"PICBED_SESSIONS": self._sessions}
        commands = self._commands("view", (
            self._scripts.file_view(self._data.sessions[user], self._data.file(user).id)
            for user in self._data.users))
        return Scenario("view", "pv of an own file", [
            self._entry("picbed", "view.lua", environment, check),
            self._entry("webdis", "command.lua", commands, check_webdis),
            self._entry("nginx+lua", "view.lua", environment, check)], is_quick=True)

    def _pv(self, file):
        return int(self._redis.call("ZSCORE", f"files:{{{file.user}}}:pv", file.id))

    # webdis

    def _commands(self, name, commands):
        lines = (webdis_line(command) for command in commands)
        return {"PICBED_COMMANDS": self._write(f"commands-{name}", lines)}

    def _command(self, server, command):
        status, _, body = server.request("POST", "/", webdis_line(command))
        expect(status == 200, f"webdis {status} {body!r}")
        return json.loads(body)[command[0]]

    def _entry(self, contestant, script, environment, check):
        server = self._servers[contestant]
        return Entry(contestant, script, environment, lambda: check(server))


def webdis_line(command):
    """A command as webdis takes it: its parts in URL escapes, with slashes between them."""
    return "/".join(urllib.parse.quote(str(part), safe="") for part in command)
