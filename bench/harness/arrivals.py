"""Latency at a fixed rate of arrivals: what users see, stalls included, at 70 % of what the server can do."""

import json
import statistics

from . import dataset, load

PART_OF_PEAK = 0.7
CONNECTIONS = 64


def page_requests(data):
    """A page of ten for each user, as wrk/list.lua asks for it."""
    for user in data.users:
        body = json.dumps(
            {"user": user, "token": data.sessions[user].token, "start": 0, "count": dataset.FILES_PER_USER})
        yield (
            "POST /api/myfiles?cmd=normal HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


def blob_requests(data):
    for blob in data.blobs["4k"]:
        yield f"GET {blob.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def measure(program, work, data, contestants, peaks, rounds, seconds):
    """Pages from picbed, blobs of 4 KB from nginx and from picbed, in turn, each at 70 % of its peak.

    `peaks` is {name: requests a second}; what has none is left out.
    """
    cases = {
        "picbed list": (contestants["picbed"], load.write_requests(work / "rate-list", page_requests(data))),
        "picbed blob-4k": (contestants["picbed"], load.write_requests(work / "rate-blob", blob_requests(data))),
        "nginx blob-4k": (contestants["nginx"], work / "rate-blob"),
    }
    runs = {name: [] for name in cases if name in peaks}
    for _ in range(rounds):
        for name in runs:
            contestant, requests = cases[name]
            runs[name].append(load.fixed_rate(
                program, contestant.server, requests, CONNECTIONS, peaks[name] * PART_OF_PEAK, seconds))
    return {
        name: {
            "rate": int(peaks[name] * PART_OF_PEAK),
            **{field: statistics.median(run[field] for run in list_) for field in (
                "p50_us", "p99_us", "p999_us", "max_us")},
            "errors": sum(run["errors"] for run in list_),
        } for name, list_ in runs.items()}
