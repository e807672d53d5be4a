"""Do lists, views and the ranking cost with a million files what they cost with a hundred? And what does a file take?

One user holds all the files of a size, and shares them all: the worst case for the keys' sizes. Rows come in through
picbed's scripts, without bytes on disk. An own picbed runs, with `--durability everysec`, so that loading is quick.
"""

import json
import random
import time

from . import load, processes
from .contestants import Picbed
from .dataset import Dataset, File
from .processes import BenchError
from .redis import Redis
from .scripts import Scripts

SIZES = (100, 10_000, 1_000_000)
PAGE = 10
# So many different pages are asked for, spread over the whole list.
PAGES = 1000
SECONDS = 2
BENCHMARK_REQUESTS = 20_000


class Scale:
    """Owns the picbed that is filled."""

    def __init__(self, port, work, threads, binary):
        self._work = work / "scale"
        self._work.mkdir()
        self._picbed = Picbed(port, self._work, threads, binary, ["--durability", "everysec"])
        self._random = random.Random(1)

    def measure(self, sizes=SIZES):
        """A list of figures, one for each size, and the seconds that a restart takes with all of it."""
        self._picbed.start()
        try:
            self._redis = Redis(self._picbed.redis_socket)
            self._scripts = Scripts(self._redis)
            self._data = Dataset(self._redis, self._scripts, self._picbed.server)
            self._data.register_owner()
            figures = [self._at(size) for size in sizes]
            self._redis.close()
            self._picbed.stop()
            started = time.perf_counter()
            self._picbed.start()
            return {"sizes": figures, "restart_seconds": time.perf_counter() - started}
        finally:
            self._picbed.stop()

    def _at(self, size):
        user = f"scale{size}"
        self._data.add_users([user])
        before = self._memory()
        self._redis.call_all(self._data.file_commands([user], size))
        with_files = self._memory()
        self._redis.call_all(self._scripts.share_claim(File(user, number)) for number in range(size))
        with_shares = self._memory()
        return {
            "files": size,
            "bytes_per_file": (with_files - before) / size,
            "bytes_per_share": (with_shares - with_files) / size,
            "aof_bytes": self._aof_bytes(),
            "calls": {name: self._call(name, *call) for name, call in self._calls(user, size).items()},
        }

    def _memory(self):
        return int(self._redis.info("memory", "used_memory"))

    def _aof_bytes(self):
        folder = self._picbed.data / "redis" / "appendonlydir"
        return sum(file.stat().st_size for file in folder.iterdir())

    def _calls(self, user, size):
        """{name: (path, bodies, the script's command)}."""
        session = self._data.sessions[user]
        starts = [self._random.randrange(size - PAGE + 1) for _ in range(PAGES)]
        files = [File(user, self._random.randrange(size)) for _ in range(PAGES)]
        proof = {"user": user, "token": session.token}
        middle = size // 2
        return {
            "list": (
                "/api/myfiles?cmd=normal", [proof | {"start": start, "count": PAGE} for start in starts],
                self._scripts.file_list(session, middle, PAGE)),
            "pvdesc": (
                "/api/myfiles?cmd=pvdesc", [proof | {"start": start, "count": PAGE} for start in starts],
                self._scripts.file_list(session, middle, PAGE, "pv", "desc")),
            "view": (
                "/api/dealfile?cmd=pv", [proof | {"md5": file.md5, "filename": file.name} for file in files],
                self._scripts.file_view(session, files[0].id)),
            "ranking": (
                "/api/sharefiles?cmd=pvdesc", [{"start": start, "count": PAGE} for start in starts],
                self._scripts.share_rank(middle, PAGE)),
        }

    def _call(self, name, path, bodies, command):
        """End to end with one connection: median microseconds and CPU; and the script alone."""
        for body in bodies[:3]:
            answer = self._picbed.server.call(path, body)
            if "files" in answer and len(answer["files"]) != PAGE:
                raise BenchError(f"{path} {body} answered {answer}")
        file = self._work / f"{name}.txt"
        file.write_text("".join(json.dumps(body) + "\n" for body in bodies))
        pids, redis_pid = self._picbed.pids(), self._picbed.redis_pid()
        before = [processes.cpu_seconds(pids), processes.cpu_seconds([redis_pid])]
        run = load.wrk(
            self._picbed.server, "post.lua", {"PICBED_PATH": path, "PICBED_BODIES": str(file)}, 1, SECONDS)
        if run["bad_statuses"] or run["socket_errors"]:
            raise BenchError(f"{path} answered with errors: {run}")
        server_us, redis_us = (
            (after - earlier) * 1e6 / run["requests"] for after, earlier in zip(
                (processes.cpu_seconds(pids), processes.cpu_seconds([redis_pid])), before))
        return {
            "p50_us": run["p50_us"], "server_us": server_us, "redis_us": redis_us,
            "script_us": self._script_us(redis_pid, command)}

    def _script_us(self, redis_pid, command):
        before = processes.cpu_seconds([redis_pid])
        load.redis_benchmark(self._picbed.redis_socket, command, 16, 1, BENCHMARK_REQUESTS)
        return (processes.cpu_seconds([redis_pid]) - before) * 1e6 / BENCHMARK_REQUESTS
