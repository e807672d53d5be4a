"""What one machine holds, computed from measured figures, and which part gives out first as a site grows.

The site at 1×: a million files of 100 KB, a thousand requests a second of the mix (80 % blobs of 32 KB, 15 % pages of
ten, 4 % views, 1 % uploads of 100 KB).
"""

FILES = 1_000_000
REQUESTS = 1_000
FILE_BYTES = 100 << 10
BLOB_BYTES = 32 << 10
MIX = {"blob-32k": 0.80, "list": 0.15, "view": 0.04, "upload": 0.01}
GROWTH = (1, 10, 100, 1000)
# Redis needs room for itself and for the fork that rewrites its log; the rest is the page cache's.
REDIS_MEMORY_PART = 0.6


def compute(record, results, extras):
    """Rows for the report; empty where this run did not measure what it takes."""
    figures = {
        result["scenario"]: result["figures"]["picbed"] for result in results if result["load"] == "64"}
    if not MIX.keys() <= figures.keys() or "scale" not in extras:
        return None
    largest = extras["scale"]["sizes"][-1]
    per_request = {
        "server_us": sum(part * figures[name].server_us for name, part in MIX.items()),
        "redis_us": sum(part * figures[name].redis_us for name, part in MIX.items()),
    }
    memory = record["memory_mib"] * 2**20 * REDIS_MEMORY_PART
    # What each part bears: files for memory and disk, requests a second of the mix for the others.
    holds = {
        "Redis' memory": memory / largest["bytes_per_file"] / FILES,
        "Redis' one thread": 1e6 / per_request["redis_us"] / REQUESTS,
        "the cores": record["cores"] * 1e6 / sum(per_request.values()) / REQUESTS,
        "durable uploads": figures["upload"].rps / (REQUESTS * MIX["upload"]),
    }
    return {
        "per_request": per_request,
        "files": memory / largest["bytes_per_file"],
        "requests": min(holds["Redis' one thread"], holds["the cores"]) * REQUESTS,
        "uploads": figures["upload"].rps,
        "pages": figures["list"].rps,
        "blobs": figures["blob-32k"].rps,
        "holds": holds,
        "growth": [_at(times, largest, per_request, holds) for times in GROWTH],
    }


def _at(times, largest, per_request, holds):
    """One row: what a site of that size asks for, and what does not bear it."""
    requests = times * REQUESTS
    return {
        "times": times,
        "redis_gib": times * FILES * largest["bytes_per_file"] / 2**30,
        "disk_tib": times * FILES * FILE_BYTES / 2**40,
        "redis_threads": requests * per_request["redis_us"] / 1e6,
        "cores": requests * per_request["server_us"] / 1e6,
        "uploads": requests * MIX["upload"],
        "gbit": requests * (MIX["blob-32k"] * BLOB_BYTES + MIX["upload"] * FILE_BYTES) * 8 / 1e9,
        "gives_out": [name for name, bears in sorted(holds.items(), key=lambda item: item[1]) if bears < times],
    }
