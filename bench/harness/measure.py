"""Rounds: contestants take turns, each round counts requests, latencies and CPU; medians are quoted."""

import dataclasses
import statistics
import time

from . import load, processes
from .processes import BenchError

# A run whose answers differ in size from the checked ones by more than this got other answers.
ANSWER_SIZE_TOLERANCE = 0.05
# Errors that are no fault of the server's: with one request a connection wrk reports what it cut off at the end.
ERRORS_MAX_SHARE = 0.001
# webdis 0.1.9 gives the answers to clients that have left to whoever has their descriptor next: a peer's check
# may fail until those are used up. picbed's may not.
PEER_CHECKS = 10
SETTLE_SECONDS = 0.2


@dataclasses.dataclass(frozen=True)
class Load:
    """How many connections, and whether each serves one request only."""

    connections: int
    is_closing: bool = False

    @property
    def label(self):
        return f"{self.connections} closing" if self.is_closing else str(self.connections)


@dataclasses.dataclass(frozen=True)
class Figures:
    """Medians over the rounds of one contestant; CPU and times in microseconds, memory in KiB."""

    rps: float
    p50_us: float
    p99_us: float
    p999_us: float
    server_us: float
    redis_us: float
    peak_rss_kib: int
    errors: int
    rounds: list

    @property
    def cpu_us(self):
        return self.server_us + self.redis_us


class Measurement:
    """Runs scenarios on started contestants."""

    def __init__(self, contestants, redis_pid, rounds, seconds):
        self._contestants, self._redis_pid = contestants, redis_pid
        self._rounds, self._seconds = rounds, seconds

    def run(self, scenario, how):
        """{contestant: Figures} of one scenario under one load."""
        rounds = {entry.contestant: [] for entry in scenario.entries}
        answer_bytes = {}
        for entry in scenario.entries:
            self._check(entry)
            warm_up = self._round(entry, how, seconds=1)
            entry.after()
            answer_bytes[entry.contestant] = warm_up["answer_bytes"]
            processes.reset_peak_memory(self._contestants[entry.contestant].pids())
        for _ in range(self._rounds):
            for entry in scenario.entries:
                figures = self._round(entry, how, self._seconds)
                entry.after()
                expected = answer_bytes[entry.contestant]
                if abs(figures["answer_bytes"] / expected - 1) > ANSWER_SIZE_TOLERANCE:
                    raise BenchError(
                        f"{scenario.name}: {entry.contestant}'s answers have {figures['answer_bytes']:.0f}"
                        f" bytes instead of {expected:.0f}")
                rounds[entry.contestant].append(figures)
        for entry in scenario.entries:
            self._check(entry)
        return {name: self._summary(name, list_) for name, list_ in rounds.items()}

    def _check(self, entry):
        attempts = 1 if entry.contestant == "picbed" else PEER_CHECKS
        for attempt in range(attempts):
            try:
                return entry.check()
            except BenchError as error:
                if attempt + 1 == attempts:
                    words = self._contestants[entry.contestant].process.last_words()
                    raise BenchError(f"{entry.contestant}: {error}\n{words}") from error
                time.sleep(SETTLE_SECONDS)

    def _round(self, entry, how, seconds):
        contestant = self._contestants[entry.contestant]
        pids = contestant.pids()
        environment = dict(entry.environment)
        if how.is_closing:
            environment["PICBED_CLOSE"] = "1"
        server_before = processes.cpu_seconds(pids)
        redis_before = processes.cpu_seconds([self._redis_pid])
        run = load.wrk(contestant.server, entry.script, environment, how.connections, seconds)
        requests = run["requests"]
        errors = run["bad_statuses"] + run["socket_errors"] + run["timeouts"]
        if requests == 0 or run["bad_statuses"] > 0 or errors > 1 + requests * ERRORS_MAX_SHARE:
            raise BenchError(f"{entry.contestant} answered with errors: {run}")
        return {
            "rps": requests / run["duration_us"] * 1e6,
            "p50_us": run["p50_us"], "p99_us": run["p99_us"], "p999_us": run["p999_us"],
            "server_us": (processes.cpu_seconds(pids) - server_before) * 1e6 / requests,
            "redis_us": (processes.cpu_seconds([self._redis_pid]) - redis_before) * 1e6 / requests,
            "answer_bytes": run["bytes"] / requests,
            "errors": errors,
        }

    def _summary(self, name, rounds):
        def median(field):
            return statistics.median(figures[field] for figures in rounds)
        return Figures(
            median("rps"), median("p50_us"), median("p99_us"), median("p999_us"),
            median("server_us"), median("redis_us"),
            processes.memory_kib(self._contestants[name].pids(), "VmHWM"),
            sum(figures["errors"] for figures in rounds), rounds)
