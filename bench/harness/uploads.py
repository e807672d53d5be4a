"""Large uploads: the speed of one, against hashing alone and nginx; and the memory that many at once take."""

import hashlib
import os
import socket
import statistics
import threading
import time

from . import dataset, processes
from .processes import BenchError

LARGE_BYTES = 20 << 20
CROWD = 50
CROWD_BYTES = 200 << 20
PIECE_BYTES = 1 << 20
SOCKET_TIMEOUT_SECONDS = 300


def put(server, path, headers, parts, size):
    """Sends one PUT whose body is `parts`, one after the other: the answer's head."""
    lines = [f"PUT {path} HTTP/1.1", "Host: bench", f"Content-Length: {size}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", server.port), SOCKET_TIMEOUT_SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        for part in parts:
            connection.sendall(part)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise BenchError(f"PUT {path}: {answer[:300]!r}")
    return answer


def one_at_a_time(picbed, nginx, session, rounds):
    """Seconds for 20 MB, medians of turns: hashed with MD5 and SHA-256, put to picbed, put to nginx."""
    headers = dataset.basic_auth(session)
    content = bytearray(os.urandom(LARGE_BYTES))
    seconds = {"hashing": [], "picbed": [], "nginx": []}
    before = processes.cpu_seconds(picbed.pids())
    for _ in range(rounds):
        content[:16] = os.urandom(16)
        name = content[:16].hex()
        started = time.perf_counter()
        hashlib.md5(content).digest()
        hashlib.sha256(content).digest()
        seconds["hashing"].append(time.perf_counter() - started)
        for contestant, path in ((picbed, f"/api/upload/{name}.bin"), (nginx, f"/dav/{name}.bin")):
            started = time.perf_counter()
            put(contestant.server, path, headers, [content], len(content))
            seconds[contestant.name].append(time.perf_counter() - started)
    nginx.forget_uploads()
    figures = {name: statistics.median(values) for name, values in seconds.items()}
    figures["picbed_cpu"] = (processes.cpu_seconds(picbed.pids()) - before) / rounds
    return figures


def crowd(picbed, session, count=CROWD, size=CROWD_BYTES):
    """The memory above idle, in KiB, that uploads at once take, and how long they take, in seconds."""
    headers = dataset.basic_auth(session)
    piece = os.urandom(PIECE_BYTES)
    failures = []

    def upload(number):
        mark = os.urandom(16)
        parts = [mark, *[piece] * (size // PIECE_BYTES - 1), piece[16:]]
        try:
            put(picbed.server, f"/api/upload/crowd-{number}-{mark.hex()}.bin", headers, parts, size)
        except (OSError, BenchError) as error:
            failures.append(error)
    idle = processes.memory_kib(picbed.pids())
    processes.reset_peak_memory(picbed.pids())
    threads = [threading.Thread(target=upload, args=(number,)) for number in range(count)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise BenchError(f"{len(failures)} of {count} uploads failed: {failures[0]}")
    return {
        "count": count, "bytes": size, "seconds": time.perf_counter() - started,
        "above_idle_kib": processes.memory_kib(picbed.pids(), "VmHWM") - idle}
