"""What a measurement is worth nothing without: commit, machine, versions."""

import os
import pathlib
import re
import subprocess

KEPT_FREE_KIB = 1 << 20
READ_BYTES = 1 << 20
# With BBR the system paces, which shows in what it sends of large blobs.
CONGESTION_CONTROL = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control")
ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(*command):
    """What a program prints, on whichever of its outputs."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    except FileNotFoundError:
        return ""
    return (run.stdout + run.stderr).strip()


def version(*command):
    found = re.search(r"\d+\.\d+[\w.~+-]*", output(*command))
    return found.group(0) if found else "unknown"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"


def file_system(path):
    return output("stat", "--file-system", "--format", "%T", str(path))


def fill_page_cache(folder):
    """Has the system use nearly all of its free memory once, as it does on a machine that has been up for a while.

    A virtual machine may get its memory from the host only when it is first touched, 5 to 10 µs a page: a new one
    would show that in each upload, and in its peers' too. A sparse file takes no room on disk.
    """
    free_kib = int(re.search(r"MemFree:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1))
    path = pathlib.Path(folder) / "page-cache"
    with open(path, "wb") as file:
        file.truncate(max(0, (free_kib - KEPT_FREE_KIB) << 10))
    with open(path, "rb", buffering=0) as file:
        while file.read(READ_BYTES):
            pass


def record(binary, work):
    """Everything about this run that is not a measured figure."""
    uname = os.uname()
    return {
        "commit": output("git", "rev-parse", "--short", "HEAD") or "unknown",
        "changed_files": len(output("git", "status", "--porcelain", "--", "Sources", "lua").splitlines()),
        "binary": os.path.relpath(binary, ROOT),
        "cpu": processor(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "kernel": f"{uname.sysname} {uname.release}",
        "congestion_control": CONGESTION_CONTROL.read_text().strip(),
        "file_system": file_system(work),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {
            "redis-server": version("redis-server", "--version"),
            "nginx": version("nginx", "-v"),
            "webdis": version("dpkg-query", "--show", "--showformat=${Version}", "webdis"),
            "http-lua": version("dpkg-query", "--show", "--showformat=${Version}", "libnginx-mod-http-lua"),
            "lua-nginx-redis": version("dpkg-query", "--show", "--showformat=${Version}", "lua-nginx-redis"),
            "wrk": version("wrk", "-v"),
        },
    }
