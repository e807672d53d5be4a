"""Redis' own ceiling: redis-benchmark runs each script that a measured call is made of, with nothing between."""

import statistics

from . import load, processes

CLIENTS = 64
PIPELINE = 16
REQUESTS = 40_000


def commands(data, scripts):
    """{scenario: its script's command}, as picbed sends it for a page that it does not have yet."""
    user = data.users[0]
    session, file = data.sessions[user], data.file(user)
    return {
        "list": scripts.file_list(session, 0, 10),
        "pvdesc": scripts.file_list(session, 0, 10, "pv", "desc"),
        "count": scripts.file_count(session),
        "view": scripts.file_view(session, file.id),
        "share-view": scripts.share_view(file.id),
        "ranking": scripts.share_rank(0, 10),
        "browse": scripts.picture_browse(data.pictures[0]),
    }


def measure(socket, redis_pid, scenario_commands, rounds):
    """{scenario: {"rps", "redis_us", "pipelined_rps"}}: medians, unpipelined and with -P 16."""
    return {
        name: {
            "rps": statistics.median(
                load.redis_benchmark(socket, command, CLIENTS, 1, REQUESTS) for _ in range(rounds)),
            "redis_us": _redis_us(socket, redis_pid, command),
            "pipelined_rps": load.redis_benchmark(socket, command, CLIENTS, PIPELINE, REQUESTS),
        } for name, command in scenario_commands.items()}


def _redis_us(socket, redis_pid, command):
    before = processes.cpu_seconds([redis_pid])
    load.redis_benchmark(socket, command, CLIENTS, 1, REQUESTS)
    return (processes.cpu_seconds([redis_pid]) - before) * 1e6 / REQUESTS
