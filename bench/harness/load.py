"""The load generators: wrk in a closed loop, bench/rate at a fixed rate, redis-benchmark against Redis alone."""

import json
import os
import pathlib
import shutil
import subprocess

from .processes import BenchError

BENCH = pathlib.Path(__file__).resolve().parents[1]
WRK_TIMEOUT_SECONDS = 10


def wrk(server, script, environment, connections, seconds):
    """One run of wrk: what common.lua reports. The command is returned as well, for the record."""
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={WRK_TIMEOUT_SECONDS}s",
        "-s", str(BENCH / "wrk" / script), server.base]
    run = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, check=False)
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if run.returncode or not lines:
        raise BenchError(f"{' '.join(command)}: {run.stderr or run.stdout}")
    return json.loads(lines[-1])


def build_rate_generator(folder):
    """Compiles bench/rate/rate.c: its path."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise BenchError("no C compiler (cc or clang) is in PATH")
    program = pathlib.Path(folder) / "rate"
    subprocess.run(
        [compiler, "-O2", "-o", program, BENCH / "rate" / "rate.c"], check=True)
    return program


def fixed_rate(program, server, requests_file, connections, rate, seconds):
    """Requests that fall due at `rate` a second: latencies counted from when each was due."""
    command = [str(part) for part in (
        program, server.port, connections, int(rate), seconds, requests_file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise BenchError(f"{' '.join(command)}: {run.stderr}")
    return json.loads(run.stdout)


def write_requests(path, requests):
    """The file of requests that bench/rate reads."""
    with open(path, "wb") as file:
        for request in requests:
            file.write(b"%d\n" % len(request) + request)
    return path


def redis_benchmark(socket, command, clients, pipeline, requests):
    """Requests a second of one command against Redis alone."""
    arguments = [
        "redis-benchmark", "-s", socket, "-c", str(clients), "-P", str(pipeline),
        "-n", str(requests), "--csv", *[str(part) for part in command]]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False)
    # With --csv the last line is "name","rps",latencies…
    try:
        return float(run.stdout.strip().splitlines()[-1].split('","')[1])
    except (IndexError, ValueError) as error:
        raise BenchError(f"redis-benchmark: {run.stderr or run.stdout}") from error
