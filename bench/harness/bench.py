"""One run of the bench: starts the contestants, loads data, measures the parts that were asked for."""

import sys

from . import arrivals, ceilings, load, machine, scripts as lua, starting, uploads
from .contestants import FIRST_PORT, Nginx, NginxLua, Picbed, Webdis
from .dataset import UPLOADER, Dataset
from .measure import Load, Measurement
from .processes import BenchError
from .redis import Redis
from .scale import Scale
from .scenarios import all_scenarios

EVERY_LOAD = [Load(64), Load(1), Load(256), Load(64, is_closing=True)]
# What is measured beside the scenarios, by the name that --only takes.
PARTS = {
    "ceilings": "redis-benchmark of each script, alone and with -P 16",
    "rate": "latency at a fixed rate, 70 % of peak (needs list and blob-4k)",
    "upload-20m": "one upload of 20 MB against hashing and nginx",
    "crowd": "memory of 50 uploads of 200 MB at once",
    "scale": "lists, views, ranking and memory at 100, 10,000 and 1,000,000 files",
    "start": "time from start to first answer, idle memory",
}
FEW_ROUNDS = 3
FOLDER_OPTIONS = {"--binary", "--work", "--results"}
QUICK_PARTS = ("ceilings", "rate", "start")


class Bench:
    """Owns the work folder's contestants from `start` to `stop`."""

    def __init__(self, chosen, work):
        self._chosen, self._work = chosen, work
        self._binary = chosen.binary.resolve()
        self._started = {}
        self.results, self.extras, self.failures = [], {}, []

    def start(self):
        chosen, work = self._chosen, self._work
        if not chosen.quick and not chosen.list:
            tell("filling the page cache")
            machine.fill_page_cache(work)
        self._picbed = self._begin(Picbed(FIRST_PORT, work, chosen.threads, self._binary))
        self._redis = Redis(self._picbed.redis_socket)
        self._scripts = lua.Scripts(self._redis)
        self._data = Dataset(self._redis, self._scripts, self._picbed.server)
        self._data.load()
        self._nginx = self._begin(Nginx(FIRST_PORT + 1, work, chosen.threads))
        for blobs in self._data.blobs.values():
            for blob in blobs:
                self._nginx.add(blob.path, blob.content)
        socket = self._picbed.redis_socket
        self._begin(Webdis(FIRST_PORT + 2, work, chosen.threads, socket))
        sha1s = {name: lua.sha1(name) for name in ("file_list", "file_view")}
        self._begin(NginxLua(FIRST_PORT + 3, work, chosen.threads, socket, sha1s))
        self.record = machine.record(self._binary, work) | {
            "command": command(), "rounds": chosen.rounds,
            "seconds": chosen.seconds, "threads": chosen.threads}

    def stop(self):
        for contestant in reversed(self._started.values()):
            contestant.stop()

    def run(self):
        measurement = Measurement(
            self._started, self._picbed.redis_pid(), self._chosen.rounds, self._chosen.seconds)
        for scenario in self._scenarios():
            for how in self._loads(scenario):
                tell(f"{scenario.label}, {how.label} connections")
                # What was measured until a failure, and can be after it, is worth its report.
                try:
                    figures = measurement.run(scenario, how)
                except BenchError as error:
                    self.failures.append(f"{scenario.name}, {how.label}: {error}")
                    continue
                self.results.append({
                    "scenario": scenario.name, "label": scenario.label, "load": how.label,
                    "figures": figures})
        for name, measure in (
                ("ceilings", self._ceilings), ("rate", self._fixed_rate), ("upload-20m", self._large_upload),
                ("crowd", self._crowd), ("scale", self._scale), ("start", self._start)):
            if self._wants(name):
                tell(PARTS[name])
                try:
                    measure()
                except BenchError as error:
                    self.failures.append(f"{name}: {error}")

    # What was asked for

    def _wants(self, name):
        if self._chosen.only:
            return name.startswith(tuple(self._chosen.only.split(",")))
        return not self._chosen.quick or name in QUICK_PARTS

    def _scenarios(self):
        every = all_scenarios(self._data, self._started, self._redis, self._scripts, self._work)
        if self._chosen.quick and not self._chosen.only:
            return [scenario for scenario in every if scenario.is_quick]
        return [scenario for scenario in every if self._wants(scenario.name)]

    def _loads(self, scenario):
        chosen = self._chosen
        if chosen.connections:
            loads = [how for how in EVERY_LOAD if chosen.connections in (how.label, "close" * how.is_closing)]
        elif chosen.quick or chosen.only:
            loads = EVERY_LOAD[:1]
        else:
            loads = EVERY_LOAD
        fitting = [how for how in loads if how.connections <= scenario.connections_max]
        return fitting or [Load(scenario.connections_max)]

    # The parts

    def _ceilings(self):
        measured = {result["scenario"] for result in self.results}
        every = ceilings.commands(self._data, self._scripts)
        wanted = {name: command for name, command in every.items() if name in measured} or every
        self.extras["ceilings"] = ceilings.measure(
            self._picbed.redis_socket, self._picbed.redis_pid(), wanted, self._few_rounds())

    def _fixed_rate(self):
        figures = {
            result["scenario"]: result["figures"] for result in self.results if result["load"] == "64"}
        peaks = {}
        if "list" in figures:
            peaks["picbed list"] = figures["list"]["picbed"].rps
        if "blob-4k" in figures:
            for name in ("picbed", "nginx"):
                peaks[f"{name} blob-4k"] = figures["blob-4k"][name].rps
        if not peaks:
            return tell("no peak was measured: --only list,blob-4k,rate")
        program = load.build_rate_generator(self._work)
        self.extras["fixed_rate"] = arrivals.measure(
            program, self._work, self._data, self._started, peaks, self._few_rounds(), self._chosen.seconds)

    def _large_upload(self):
        self.extras["large_upload"] = uploads.one_at_a_time(
            self._picbed, self._nginx, self._data.sessions[UPLOADER], self._chosen.rounds)

    def _crowd(self):
        self.extras["crowd"] = uploads.crowd(self._picbed, self._data.sessions[UPLOADER])

    def _scale(self):
        self.extras["scale"] = Scale(
            FIRST_PORT + 5, self._work, self._chosen.threads, self._binary).measure()

    def _start(self):
        self.extras["start"] = starting.measure(
            FIRST_PORT + 4, self._work, self._chosen.threads, self._binary, self._few_rounds())

    def _few_rounds(self):
        """What needs no more turns: it hardly varies, or stands alone."""
        return min(self._chosen.rounds, FEW_ROUNDS)

    def _begin(self, contestant):
        # Before its start: one that fails is to be stopped too.
        self._started[contestant.name] = contestant
        contestant.start()
        return contestant

    def names(self):
        """What --only takes, with what it is."""
        every = all_scenarios(self._data, self._started, self._redis, self._scripts, self._work)
        return {scenario.name: scenario.label for scenario in every} | PARTS


def tell(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def command():
    """How this run was called, without folders, which mean something on one machine only."""
    words, kept = iter(sys.argv[1:]), ["bench/run"]
    for word in words:
        option, equals, _ = word.partition("=")
        if option not in FOLDER_OPTIONS:
            kept.append(word)
        elif not equals:
            next(words, None)
    return " ".join(kept)
