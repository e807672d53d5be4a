"""What a scenario is, and what those that make scenarios share."""

import dataclasses
import json
import urllib.parse
from typing import Callable

from .processes import BenchError


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


class Maker:
    """Makes scenarios for loaded data and started contestants."""

    def __init__(self, data, contestants, redis, scripts, work):
        self.data, self.contestants, self.work = data, contestants, work
        self.redis, self.scripts = redis, scripts
        self.sessions = self.write_sessions("sessions", data.users)

    def write(self, name, lines):
        path = self.work / f"{name}.txt"
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def write_sessions(self, name, users):
        """What common.lua reads: user, token, and the user's first file."""
        return self.write(name, (
            " ".join((user, self.data.sessions[user].token, self.data.file(user).md5, self.data.file(user).name))
            for user in users))

    def commands(self, name, commands):
        lines = (webdis_line(command) for command in commands)
        return {"PICBED_COMMANDS": self.write(f"commands-{name}", lines)}

    def command(self, server, command):
        status, _, body = server.request("POST", "/", webdis_line(command))
        expect(status == 200, f"webdis {status} {body!r}")
        return json.loads(body)[command[0]]

    def entry(self, contestant, script, environment, check, after=nothing):
        server = self.contestants[contestant].server
        return Entry(contestant, script, environment, lambda: check(server), after)


def webdis_line(command):
    """A command as webdis takes it: its parts in URL escapes, with slashes between them."""
    return "/".join(urllib.parse.quote(str(part), safe="") for part in command)
