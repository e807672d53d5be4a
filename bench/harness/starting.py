"""What picbed takes before it serves anybody: the time from its start to its first answer, and its idle memory."""

import socket
import statistics
import time

from . import processes
from .contestants import Picbed
from .processes import BenchError, Process

POLL_SECONDS = 0.0005
SETTLE_SECONDS = 1


def measure(port, work, threads, binary, rounds):
    """Medians: milliseconds to the first answer while Redis is up already, KiB of RSS a moment later."""
    folder = work / "start"
    folder.mkdir()
    path = folder / "redis.sock"
    redis = Process([
        "redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder,
        "--daemonize", "no"], folder / "redis.log")
    try:
        processes.wait_until(path.exists, redis, "redis-server")
        milliseconds, memory = [], []
        for number in range(rounds):
            run = folder / str(number)
            run.mkdir()
            picbed = Picbed(port, run, threads, binary, ["--redis", f"unix:{path}"])
            milliseconds.append(_first_answer(picbed))
            time.sleep(SETTLE_SECONDS)
            memory.append(processes.memory_kib([picbed.process.pid]))
            picbed.stop()
        return {
            "first_answer_ms": statistics.median(milliseconds), "idle_rss_kib": statistics.median(memory)}
    finally:
        redis.stop()


def _first_answer(picbed):
    """Milliseconds until /readyz says that Redis and blobs work."""
    started = time.perf_counter()
    picbed.process = Process(picbed.command, picbed.work / "picbed.log")
    while time.perf_counter() - started < processes.START_SECONDS_MAX:
        try:
            with socket.create_connection(("127.0.0.1", picbed.server.port), 1) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n")
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return (time.perf_counter() - started) * 1000
        except OSError:
            pass
        time.sleep(POLL_SECONDS)
    raise BenchError(f"picbed does not start: {picbed.process.last_words()}")
