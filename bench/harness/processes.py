"""Processes that the bench starts: their life, their CPU time and their memory, from /proc."""

import os
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# A store of a million files takes 11 s to come back, on a busy machine three times that.
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 20


class BenchError(Exception):
    """The measurement cannot go on; the text says why."""


class Process:
    """One program that the bench runs. It owns the process, stops it, and knows its descendants."""

    def __init__(self, command, log_path):
        self.command = [str(part) for part in command]
        self.log_path = log_path
        with open(log_path, "wb") as log:
            self._child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self):
        return self._child.pid

    def is_running(self):
        return self._child.poll() is None

    def family(self):
        """The process and all that descend from it, as {pid: name}."""
        return {pid: name_of(pid) for pid in descendants(self.pid)}

    def stop(self):
        """SIGTERM, and SIGKILL where that does not end it in time."""
        if not self.is_running():
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def last_words(self):
        with open(self.log_path, "rb") as log:
            return log.read()[-2000:].decode(errors="replace").strip()


def wait_until(condition, process, what):
    """Polls `condition` until it holds; fails when `process` ends or the time is over."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while not condition():
        if not process.is_running():
            raise BenchError(f"{what} ended at its start: {process.last_words()}")
        if time.monotonic() > deadline:
            raise BenchError(f"{what} does not answer: {process.last_words()}")
        time.sleep(0.02)


def descendants(pid):
    """`pid` and every process below it. Threads are not listed: /proc/PID/stat sums them up."""
    found = [pid]
    for parent in found:
        try:
            threads = os.listdir(f"/proc/{parent}/task")
        except FileNotFoundError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{parent}/task/{thread}/children") as children:
                    found += [int(child) for child in children.read().split()]
            except FileNotFoundError:
                pass
    return found


def name_of(pid):
    try:
        with open(f"/proc/{pid}/comm") as comm:
            return comm.read().strip()
    except FileNotFoundError:
        return ""


def cpu_seconds(pids):
    """User + system time of processes with all their threads, also those that have ended.

    The kernel keeps the sum exactly and shows it in ticks of 10 ms (proc(5), fields 14 and 15).
    """
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            # The name in parentheses may hold spaces; what follows does not.
            fields = stat.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND


def memory_kib(pids, field="VmRSS"):
    """A field of /proc/PID/status, summed: VmRSS is what lies in memory now, VmHWM the most that ever did."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
    return total


def reset_peak_memory(pids):
    """Makes VmHWM start anew from what is resident now (proc(5), clear_refs)."""
    for pid in pids:
        with open(f"/proc/{pid}/clear_refs", "w") as clear_refs:
            clear_refs.write("5")


def listeners(port):
    """The pids that listen on a TCP port. SO_REUSEPORT lets a stale server share it unseen."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as lines:
            for line in list(lines)[1:]:
                fields = line.split()
                listens = fields[3] == "0A"
                if listens and int(fields[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{fields[9]}]")
    if not sockets:
        return set()
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for descriptor in os.scandir(f"/proc/{pid}/fd"):
                if os.readlink(descriptor.path) in sockets:
                    found.add(int(pid))
        except OSError:
            # It has ended meanwhile, or is another user's.
            continue
    return found
