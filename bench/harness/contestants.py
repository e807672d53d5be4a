"""The servers that the bench compares. Each owns its processes, its port and its files in the work folder.

Peers come from Debian's packages. Their settings stand in bench/peers/; `@NAME@` is replaced at the start.
"""

import getpass
import os
import pathlib
import shutil

from . import processes
from .api import Server
from .processes import BenchError, Process

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
REDIS_SERVER = "redis-server"
FIRST_PORT = 18_080


class Contestant:
    """A server under test: its processes, whose CPU and memory are measured, and its address."""

    name = ""

    def __init__(self, port, work, threads):
        self.work = pathlib.Path(work)
        self.threads = threads
        self.server = Server(port)
        self.process = None
        self._pids = []

    def pids(self):
        """Every process of this server, without Redis. Found once: none of them forks later."""
        if not self._pids:
            family = self.process.family()
            self._pids = [pid for pid, name in family.items() if name != REDIS_SERVER]
        return self._pids

    def stop(self):
        if self.process:
            self.process.stop()

    def _start(self, command, ready_path="/"):
        if processes.listeners(self.server.port):
            raise BenchError(f"something listens on port {self.server.port} already")
        self.process = Process(command, self.work / f"{self.name}.log")
        processes.wait_until(lambda: self.server.answers(ready_path), self.process, self.name)
        strangers = processes.listeners(self.server.port) - set(self.process.family())
        if strangers:
            raise BenchError(f"port {self.server.port} is shared with {sorted(strangers)}")

    def _settings(self, template, **values):
        """Writes the peer's settings file from its template."""
        text = (PEERS / template).read_text()
        values |= {"WORK": self.work, "PORT": self.server.port, "THREADS": self.threads, "USER": getpass.getuser()}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        path = self.work / template
        path.write_text(text)
        return path


class Picbed(Contestant):
    """The server that this is about, with the redis-server that it runs."""

    name = "picbed"

    def __init__(self, port, work, threads, binary, options=()):
        super().__init__(port, work, threads)
        self.data = self.work / "data"
        self.command = [
            binary, "serve", "--listen", f"127.0.0.1:{port}", "--data", self.data,
            "--threads", threads, "--request-log", "off", "--log-level", "warning",
            # A snapshot would fall into whichever round it is time in.
            "--snapshot-every", "0", *options]

    @property
    def redis_socket(self):
        return str(self.data / "redis" / "redis.sock")

    def start(self):
        self._start(self.command, "/readyz")

    def redis_pid(self):
        found = [pid for pid, name in self.process.family().items() if name == REDIS_SERVER]
        if len(found) != 1:
            raise BenchError(f"picbed runs {len(found)} redis-servers")
        return found[0]


class Nginx(Contestant):
    """Static files with sendfile, and DAV PUT for uploads."""

    name = "nginx"

    def start(self):
        for folder in ("www", "www/dav", "www/dav-temp"):
            (self.work / folder).mkdir(exist_ok=True)
        path = self._settings("nginx.conf")
        self._start(["nginx", "-c", path, "-e", "stderr", "-g", "daemon off;"])

    def add(self, path, content):
        file = self.work / "www" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def forget_uploads(self):
        """Uploads that were under way when their clients left may still add a file or two."""
        for file in (self.work / "www" / "dav").iterdir():
            file.unlink()


class NginxLua(Contestant):
    """nginx with lua-resty-redis (Debian's lua-nginx-redis): the same scripts, pooled connections."""

    name = "nginx+lua"

    def __init__(self, port, work, threads, redis_socket, scripts):
        super().__init__(port, work, threads)
        self._redis_socket, self._scripts = redis_socket, scripts

    def start(self):
        path = self._settings(
            "nginx-lua.conf", REDIS=self._redis_socket,
            LIST=self._scripts["file_list"], VIEW=self._scripts["file_view"])
        self._start(["nginx", "-c", path, "-e", "stderr", "-g", "daemon off;"])


class Webdis(Contestant):
    """Redis commands over HTTP: EVALSHA of the same scripts."""

    name = "webdis"

    def __init__(self, port, work, threads, redis_socket):
        super().__init__(port, work, threads)
        self._redis_socket = redis_socket

    def start(self):
        path = self._settings("webdis.json", REDIS=self._redis_socket)
        self._start(["webdis", path], "/PING")


def missing_programs():
    """What is needed and not installed, by the names of Debian's packages."""
    programs = {"wrk": "wrk", "nginx": "nginx", "webdis": "webdis", "redis-benchmark": "redis-tools"}
    missing = {package for program, package in programs.items() if not shutil.which(program)}
    if not os.path.exists("/usr/lib/nginx/modules/ngx_http_lua_module.so"):
        missing.add("libnginx-mod-http-lua")
    if not os.path.exists("/usr/share/lua/5.1/nginx/redis.lua"):
        missing.add("lua-nginx-redis")
    return sorted(missing)
