"""picbed's own Lua scripts, for the peers and for loading data: text, SHA-1, and each call's command.

The keys and arguments are those that the scripts' headers document.
"""

import functools
import hashlib
import itertools
import pathlib
import re

from .processes import BenchError

LUA = pathlib.Path(__file__).resolve().parents[2] / "lua"
INCLUDE = "-- include "


def source(name):
    """The script as Redis loads it: each `-- include part` is replaced by lua/include/part.lua."""
    lines = []
    for line in (LUA / f"{name}.lua").read_text().split("\n"):
        if line.startswith(INCLUDE):
            part = (LUA / "include" / f"{line[len(INCLUDE):]}.lua").read_text()
            line = part.removesuffix("\n")
        lines.append(line)
    return "\n".join(lines)


@functools.cache
def shape(name):
    """How many keys and arguments the script's header names."""
    text = (LUA / f"{name}.lua").read_text()
    return tuple(
        max((int(number) for number in re.findall(rf"^-- .*{table}\[(\d+)\]", text, re.MULTILINE)), default=0)
        for table in ("KEYS", "ARGV"))


def sha1(name):
    return hashlib.sha1(source(name).encode()).hexdigest()


def joined(name):
    """The same script for webdis, which prints an array within an array as null: these are joined to texts.

    So Redis sends and webdis reads 7 values instead of 34.
    """
    first, _, body = source(name).partition("\n")
    return f"""{first}
local function script()
{body}
end
local reply = script()
for index = 1, #reply do
  if type(reply[index]) == 'table' then reply[index] = table.concat(reply[index], ',') end
end
return reply
"""


# A `variant` for webdis.
JOINED = " joined"


class Scripts:
    """The scripts that the bench calls, loaded into one Redis."""

    def __init__(self, redis):
        self._versions = itertools.count()
        self._sha1 = {
            name: redis.call("SCRIPT", "LOAD", source(name)).decode() for name in (
                "user_create", "session_create", "blob_claim", "file_add", "file_list", "file_view",
                "file_count", "share_claim", "share_rank", "share_view", "picture_browse")}
        for name in ("file_list", "share_rank"):
            self._sha1[name + JOINED] = redis.call("SCRIPT", "LOAD", joined(name)).decode()

    def _call(self, name, keys, *arguments):
        takes = shape(name.removesuffix(JOINED))
        if takes != (len(keys), len(arguments)):
            raise BenchError(
                f"lua/{name}.lua takes {takes} keys and arguments, the bench gives {len(keys), len(arguments)}")
        return ("EVALSHA", self._sha1[name], len(keys), *keys, *arguments)

    def _new_version(self):
        """A version that no list has had: picbed keeps pages as long as their list's version stays."""
        return f"bench-{next(self._versions)}"

    def user_create(self, user, password_hash, created):
        return self._call(
            "user_create", [f"user:{{{user}}}"], user, "", "", password_hash, created, "")

    def session_create(self, user, token_hash, now, expiry, password_hash):
        return self._call(
            "session_create", [f"sessions:{{{user}}}", f"user:{{{user}}}"],
            token_hash, now, expiry, password_hash, 100)

    def blob_claim(self, file):
        return self._call(
            "blob_claim", [f"blob:{{{file.md5}}}"],
            file.size, file.blob, f"{file.user}/{file.name}@{file.hold}", 0)

    def file_add(self, file):
        user = file.user
        return self._call(
            "file_add",
            [f"user:{{{user}}}", f"files:{{{user}}}", f"files:{{{user}}}:time", f"files:{{{user}}}:pv",
             f"files:{{{user}}}:version", f"files:{{{user}}}:bytes"],
            file.id, file.row(), file.created, self._new_version(), file.size, 0, 0)

    def share_claim(self, file):
        return self._call(
            "share_claim",
            ["shares:{public}", "shares:{public}:time", "shares:{public}:pv", "shares:{public}:version"],
            file.id, file.user, file.row(with_user=True), file.created, self._new_version())

    def file_list(self, session, start, count, index="time", order="asc", variant=""):
        """A whole page: no version is sent along that could be answered with "unchanged"."""
        user = session.user
        return self._call(
            "file_list" + variant,
            [f"sessions:{{{user}}}", f"files:{{{user}}}", f"files:{{{user}}}:{index}",
             f"files:{{{user}}}:pv", f"files:{{{user}}}:shared", f"files:{{{user}}}:version"],
            session.token_hash, session.now, start, count, order, "")

    def file_count(self, session):
        user = session.user
        return self._call(
            "file_count", [f"sessions:{{{user}}}", f"files:{{{user}}}:time"],
            session.token_hash, session.now)

    def file_view(self, session, file_id):
        user = session.user
        return self._call(
            "file_view",
            [f"sessions:{{{user}}}", f"files:{{{user}}}:pv", f"files:{{{user}}}:version"],
            session.token_hash, session.now, file_id, self._new_version())

    def share_view(self, share_id):
        return self._call(
            "share_view", ["shares:{public}:pv", "shares:{public}:version"],
            share_id, self._new_version())

    def share_rank(self, start, count, variant=""):
        return self._call(
            "share_rank" + variant, ["shares:{public}:pv", "shares:{public}:version"], start, count, "")

    def picture_browse(self, urlmd5):
        return self._call("picture_browse", [f"picture:{{{urlmd5}}}"])


class _Unconnected:
    """Stands in for Redis where only the commands are looked at."""

    def call(self, *command):
        return hashlib.sha1(command[-1].encode()).hexdigest().encode()


def check(file, session):
    """Makes one command of every script; raises where a script takes other keys or arguments by now."""
    scripts = Scripts(_Unconnected())
    for command in (
            scripts.user_create(file.user, "hash", 0), scripts.session_create(file.user, "hash", 0, 1, "hash"),
            scripts.blob_claim(file), scripts.file_add(file), scripts.share_claim(file),
            scripts.file_list(session, 0, 10), scripts.file_list(session, 0, 10, variant=JOINED),
            scripts.file_count(session), scripts.file_view(session, file.id), scripts.share_view(file.id),
            scripts.share_rank(0, 10), scripts.share_rank(0, 10, JOINED), scripts.picture_browse("0" * 32)):
        assert command[0] == "EVALSHA"
