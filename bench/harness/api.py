"""One HTTP request at a time to a server on loopback, for set-up and for checking answers."""

import http.client
import json

from .processes import BenchError

TIMEOUT_SECONDS = 60


class Server:
    """A server's address. Each call has a connection of its own."""

    def __init__(self, port):
        self.port = port
        self.base = f"http://127.0.0.1:{port}"

    def request(self, method, path, body=None, headers=None):
        """The answer's status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def answers(self, path="/"):
        try:
            status, _, _ = self.request("GET", path)
        except (OSError, http.client.HTTPException):
            return False
        return status < 500

    def call(self, path, fields, code=0):
        """A call of the API: its JSON answer, whose `code` must be the one expected."""
        status, _, body = self.request("POST", path, json.dumps(fields), {"Content-Type": "application/json"})
        if status != 200:
            raise BenchError(f"{path} answered {status}: {body[:300]!r}")
        answer = json.loads(body)
        if answer.get("code") != code:
            raise BenchError(f"{path} answered {body[:300]!r}")
        return answer
