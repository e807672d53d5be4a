"""What is measured: each scenario with its contestants, its load, and the check of its answers."""

import dataclasses
import hashlib
import json
import os
import urllib.parse
from typing import Callable

from . import dataset
from .processes import BenchError
from .scripts import JOINED

UPLOAD_BYTES = 100 << 10
HOT_PAGES = 100


def nothing():
    """What most scenarios need after a round."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One contestant's part in a scenario: the wrk script that loads it, and the check of its answers."""

    contestant: str
    script: str
    environment: dict
    check: Callable[[], None]
    # Clears away what a round left.
    after: Callable[[], None] = nothing


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Contestants that answer the same question."""

    name: str
    label: str
    entries: list
    # Part of bench-quick.
    is_quick: bool = False
    # Too heavy for hundreds of connections at once, or too slow for it to mean anything.
    connections_max: int = 256


def expect(condition, what):
    if not condition:
        raise BenchError(f"wrong answer: {what}")


class Scenarios:
    """Makes the scenarios for loaded data and started contestants."""

    def __init__(self, data, contestants, redis, scripts, work):
        self._data, self._work, self._redis, self._scripts = data, work, redis, scripts
        self._contestants = contestants
        self._sessions = self._write_sessions("sessions", data.users)

    def all(self):
        return [
            self._healthz(),
            *(self._blob(label, size) for label, size in (
                ("4k", "4 KB"), ("32k", "32 KB"), ("256k", "256 KB"), ("1m", "1 MB"))),
            self._not_modified(),
            self._list("list", "list page of ten", "normal", 10, is_quick=True),
            self._hot_list("list-100", "list page of 100", "normal", 100),
            self._list("pvdesc", "list by pv, ten", "pvdesc", 10),
            self._hot_list("pvdesc-100", "list by pv, 100", "pvdesc", 100),
            self._count(),
            self._view(),
            self._share_view(),
            self._ranking(),
            self._browse(),
            self._md5_hit(),
            self._md5_miss(),
            self._login(),
            self._upload(),
            self._mix(),
        ]

    # Tiny reply and blobs

    def _healthz(self):
        def check(server):
            status, _, body = server.request("GET", "/healthz")
            expect(status == 200 and json.loads(body)["code"] == 0, f"/healthz {status} {body!r}")
        return Scenario("healthz", "tiny reply (/healthz)", [
            self._entry(name, "get.lua", {"PICBED_PATHS": "/healthz"}, check)
            for name in ("picbed", "nginx")])

    def _blob(self, label, size):
        blobs = self._data.blobs[label]

        def check(server):
            for blob in blobs:
                status, _, body = server.request("GET", blob.path)
                expect(status == 200 and body == blob.content, f"{blob.path} from {server.base}")
        environment = {"PICBED_PATHS": " ".join(blob.path for blob in blobs)}
        return Scenario(f"blob-{label}", f"blob GET {size}", [
            self._entry(name, "get.lua", environment, check) for name in ("picbed", "nginx")],
            is_quick=True)

    def _not_modified(self):
        blobs = self._data.blobs["32k"]

        def entry(name):
            server = self._contestants[name].server
            etags = [server.request("GET", blob.path)[1]["ETag"] for blob in blobs]

            def check(server):
                for blob, etag in zip(blobs, etags):
                    status, _, body = server.request("GET", blob.path, headers={"If-None-Match": etag})
                    expect(status == 304 and not body, f"{blob.path} with {etag}: {status}")
            return self._entry(name, "get.lua", {
                "PICBED_PATHS": " ".join(blob.path for blob in blobs), "PICBED_ETAG": " ".join(etags)}, check)
        return Scenario("not-modified", "304 of 32 KB", [entry("picbed"), entry("nginx")])

    # Lists

    def _list(self, name, label, command, count, is_quick=False):
        """The first page of each user, whose files it holds all."""
        expected = {
            self._data.file(self._data.users[0], number).md5 for number in range(dataset.FILES_PER_USER)}
        environment = {"PICBED_SESSIONS": self._sessions}
        pages = [(user, 0) for user in self._data.users]
        return self._pages(name, label, command, count, environment, pages, expected, is_quick)

    def _hot_list(self, name, label, command, count):
        """Many pages of a user with many files."""
        user = dataset.HOT_USER
        expected = None
        if command == "normal":
            expected = {self._data.file(user, number).md5 for number in range(count)}
        environment = {
            "PICBED_SESSIONS": self._write_sessions("hot", [user]), "PICBED_PAGES": str(HOT_PAGES)}
        pages = [(user, page * count) for page in range(HOT_PAGES)]
        return self._pages(name, label, command, count, environment, pages, expected, is_quick=False)

    def _pages(self, name, label, command, count, environment, pages, expected, is_quick):
        """`pages` are (user, start); `expected` is the set of md5s on the first of them, if it is known."""
        index, order = ("time", "asc") if command == "normal" else ("pv", "desc")
        user, start = pages[0]
        session = self._data.sessions[user]
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
            reply = self._command(
                server, self._scripts.file_list(session, start, count, index, order, JOINED))
            expect(reply[0] == 0 and reply[3] == total, reply)
            rows = json.loads(f"[{reply[4]}]")
            check_entries([row["md5"] for row in rows], [int(pv) for pv in reply[5].split(",")])
        environment |= {"PICBED_COMMAND": command, "PICBED_COUNT": str(count)}
        commands = self._commands(name, (
            self._scripts.file_list(self._data.sessions[user], start, count, index, order, JOINED)
            for user, start in pages))
        return Scenario(name, label, [
            self._entry("picbed", "list.lua", environment, check),
            self._entry("webdis", "command.lua", commands, check_webdis),
            self._entry("nginx+lua", "list.lua", environment, check)], is_quick)

    def _count(self):
        user = self._data.users[0]
        session = self._data.sessions[user]

        def check(server):
            answer = server.call("/api/myfiles?cmd=count", {"user": user, "token": session.token})
            expect(answer["total"] == dataset.FILES_PER_USER, answer)

        def check_webdis(server):
            reply = self._command(server, self._scripts.file_count(session))
            expect(reply[0] == 0 and reply[2] == dataset.FILES_PER_USER, reply)
        commands = self._commands("count", (
            self._scripts.file_count(self._data.sessions[user]) for user in self._data.users))
        environment = {"PICBED_SESSIONS": self._sessions, "PICBED_COMMAND": "count"}
        return Scenario("count", "count of own files", [
            self._entry("picbed", "list.lua", environment, check),
            self._entry("webdis", "command.lua", commands, check_webdis)])

    # Views

    def _view(self):
        user = self._data.users[0]
        session, file = self._data.sessions[user], self._data.file(user)

        def pv():
            return int(self._redis.call("ZSCORE", f"files:{{{user}}}:pv", file.id))

        def check(server):
            before = pv()
            server.call("/api/dealfile?cmd=pv", {
                "user": user, "token": session.token, "md5": file.md5, "filename": file.name})
            expect(pv() == before + 1, f"pv of {file.id} after a view")

        def check_webdis(server):
            before = pv()
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

    def _share_view(self):
        user = self._data.users[0]
        session, file = self._data.sessions[user], self._data.file(user)

        def pv():
            return int(self._redis.call("ZSCORE", "shares:{public}:pv", file.id))

        def check(server):
            before = pv()
            server.call("/api/dealsharefile?cmd=pv", {
                "user": user, "token": session.token, "md5": file.md5, "filename": file.name})
            expect(pv() == before + 1, f"pv of share {file.id} after a view")

        def check_webdis(server):
            before = pv()
            reply = self._command(server, self._scripts.share_view(file.id))
            expect(reply == [0, before + 1], reply)
        environment = {"PICBED_SESSIONS": self._sessions, "PICBED_PATH": "/api/dealsharefile?cmd=pv"}
        commands = self._commands("share-view", (
            self._scripts.share_view(self._data.file(user).id) for user in self._data.users))
        return Scenario("share-view", "pv of a share", [
            self._entry("picbed", "view.lua", environment, check),
            self._entry("webdis", "command.lua", commands, check_webdis)])

    def _ranking(self):
        def check(server):
            page = server.call("/api/sharefiles?cmd=pvdesc", {"start": 0, "count": 10})
            views = [file["pv"] for file in page["files"]]
            expect(page["total"] == dataset.SHARED_FILES and len(views) == 10, page)
            expect(views == sorted(views, reverse=True), page)

        def check_webdis(server):
            reply = self._command(server, self._scripts.share_rank(0, 10, JOINED))
            expect(reply[1] == dataset.SHARED_FILES and len(reply[2].split(",")) == 20, reply)
        bodies = self._write("rankings", (
            json.dumps({"start": start, "count": 10}) for start in range(0, 100, 10)))
        commands = self._commands("ranking", (
            self._scripts.share_rank(start, 10, JOINED) for start in range(0, 100, 10)))
        return Scenario("ranking", "share ranking, ten", [
            self._entry("picbed", "post.lua", {
                "PICBED_PATH": "/api/sharefiles?cmd=pvdesc", "PICBED_BODIES": bodies}, check),
            self._entry("webdis", "command.lua", commands, check_webdis)])

    def _browse(self):
        def pv():
            return int(self._redis.call("HGET", f"picture:{{{self._data.pictures[0]}}}", "pv"))

        def check(server):
            before = pv()
            answer = server.call("/api/sharepic?cmd=browse", {"urlmd5": self._data.pictures[0]})
            expect(answer["pv"] == before + 1 and answer["url"].endswith(".bin"), answer)

        def check_webdis(server):
            before = pv()
            reply = self._command(server, self._scripts.picture_browse(self._data.pictures[0]))
            expect(reply[0] == 0 and reply[5] == before + 1, reply)
        bodies = self._write("browses", (
            json.dumps({"urlmd5": urlmd5}) for urlmd5 in self._data.pictures))
        commands = self._commands("browse", map(self._scripts.picture_browse, self._data.pictures))
        return Scenario("browse", "browse a picture link", [
            self._entry("picbed", "post.lua", {
                "PICBED_PATH": "/api/sharepic?cmd=browse", "PICBED_BODIES": bodies}, check),
            self._entry("webdis", "command.lua", commands, check_webdis)])

    # Writing

    def _md5_hit(self):
        """Bytes that the server has, under a name that the user does not have yet."""
        user = dataset.UPLOADER
        session = self._data.sessions[user]
        blobs = self._data.blobs["4k"]

        def check(server):
            name = f"{os.urandom(8).hex()}.bin"
            fields = {"user": user, "token": session.token, "md5": blobs[0].md5, "filename": name}
            server.call("/api/md5", fields)
            server.call("/api/md5", fields, code=5)
        return Scenario("md5-hit", "md5: instant upload", [self._entry("picbed", "md5.lua", {
            "PICBED_SESSIONS": self._write_sessions("uploader", [user]),
            "PICBED_MD5S": " ".join(blob.md5 for blob in blobs)}, check)])

    def _md5_miss(self):
        user = self._data.users[0]
        session = self._data.sessions[user]

        def body(number):
            md5 = hashlib.md5(f"unknown {number}".encode()).hexdigest()
            return {"user": user, "token": session.token, "md5": md5, "filename": "unknown.jpg"}

        def check(server):
            server.call("/api/md5", body(0), code=1)
        return Scenario("md5-miss", "md5: unknown bytes", [self._entry("picbed", "post.lua", {
            "PICBED_PATH": "/api/md5",
            "PICBED_BODIES": self._write("misses", (json.dumps(body(number)) for number in range(1000)))}, check)])

    def _login(self):
        def check(server):
            answer = server.call("/api/login", {"user": self._data.users[0], "pwd": dataset.PASSWORD})
            expect(len(answer["token"]) == 32, answer)
        bodies = self._write("logins", (
            json.dumps({"user": user, "pwd": dataset.PASSWORD}) for user in self._data.users))
        return Scenario("login", "login (scrypt)", [self._entry("picbed", "post.lua", {
            "PICBED_PATH": "/api/login", "PICBED_BODIES": bodies}, check)], connections_max=16)

    def _upload(self):
        return Scenario("upload", "upload of 100 KB", [
            self._entry("picbed", "upload.lua", self._upload_environment(), self._check_upload),
            self._entry(
                "nginx", "upload.lua", self._upload_environment() | {"PICBED_PATH": "/dav/"},
                self._check_dav, self._contestants["nginx"].forget_uploads)],
            is_quick=True, connections_max=64)

    def _upload_environment(self):
        authorization = dataset.basic_auth(self._data.sessions[dataset.UPLOADER])["Authorization"]
        return {"PICBED_BYTES": str(UPLOAD_BYTES), "PICBED_AUTHORIZATION": authorization}

    def _check_upload(self, server):
        content = os.urandom(UPLOAD_BYTES)
        blob = self._data.upload(f"{os.urandom(8).hex()}.bin", content, dataset.UPLOADER)
        expect(server.request("GET", blob.path)[2] == content, f"{blob.path} after its upload")

    def _check_dav(self, server):
        content = os.urandom(UPLOAD_BYTES)
        status, _, _ = server.request("PUT", "/dav/check.bin", content)
        expect(status in (201, 204), f"PUT {status}")
        expect(server.request("GET", "/dav/check.bin")[2] == content, "/dav/check.bin after its upload")

    def _mix(self):
        environment = self._upload_environment() | {
            "PICBED_SESSIONS": self._sessions,
            "PICBED_PATHS": " ".join(
                blob.path for label in ("4k", "32k", "256k") for blob in self._data.blobs[label])}
        return Scenario("mix", "mix: 80 % blobs, 15 % lists, 4 % pv, 1 % uploads", [
            self._entry("picbed", "mix.lua", environment, self._check_upload)], connections_max=256)

    # How they are put together

    def _write(self, name, lines):
        path = self._work / f"{name}.txt"
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def _write_sessions(self, name, users):
        """What common.lua reads: user, token, and the user's first file."""
        return self._write(name, (
            " ".join((user, self._data.sessions[user].token, self._data.file(user).md5, self._data.file(user).name))
            for user in users))

    def _commands(self, name, commands):
        lines = (webdis_line(command) for command in commands)
        return {"PICBED_COMMANDS": self._write(f"commands-{name}", lines)}

    def _command(self, server, command):
        status, _, body = server.request("POST", "/", webdis_line(command))
        expect(status == 200, f"webdis {status} {body!r}")
        return json.loads(body)[command[0]]

    def _entry(self, contestant, script, environment, check, after=nothing):
        server = self._contestants[contestant].server
        return Entry(contestant, script, environment, lambda: check(server), after)


def webdis_line(command):
    """A command as webdis takes it: its parts in URL escapes, with slashes between them."""
    return "/".join(urllib.parse.quote(str(part), safe="") for part in command)
