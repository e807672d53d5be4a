"""A small Redis client: one blocking connection to a unix socket, with pipelining for loading data."""

import socket


class RedisError(Exception):
    """What Redis answered instead of a result."""


class Redis:
    """Owns one connection. Commands are tuples of str, bytes or int."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._replies = self._socket.makefile("rb")

    def close(self):
        self._replies.close()
        self._socket.close()

    def call(self, *command):
        self._socket.sendall(encode(command))
        reply = self._read()
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def call_all(self, commands, batch=500):
        """Runs an iterable of commands, `batch` at a time on the way; the first error is raised."""
        pending = []
        for command in commands:
            pending.append(encode(command))
            if len(pending) == batch:
                self._flush(pending)
        self._flush(pending)

    def _flush(self, pending):
        self._socket.sendall(b"".join(pending))
        for _ in pending:
            reply = self._read()
            if isinstance(reply, RedisError):
                raise reply
        pending.clear()

    def info(self, section, field):
        for line in self.call("INFO", section).decode().splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return value
        raise RedisError(f"INFO {section} has no {field}")

    def _read(self):
        line = self._replies.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("the connection ended")
        kind, rest = line[:1], line[1:-2]
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest
        if kind == b"-":
            return RedisError(rest.decode())
        size = int(rest)
        if size < 0:
            return None
        if kind == b"$":
            return self._replies.read(size + 2)[:-2]
        return [self._read() for _ in range(size)]


def encode(command):
    """A command in RESP: an array of bulk strings."""
    out = [b"*%d\r\n" % len(command)]
    for part in command:
        data = part if isinstance(part, bytes) else str(part).encode()
        out.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(out)
