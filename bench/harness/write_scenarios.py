"""Logins, instant upload, uploads, and a day's mix."""

import hashlib
import json
import os

from . import dataset
from .scenario import Maker, Scenario, expect

UPLOAD_BYTES = 100 << 10


class WriteScenarios(Maker):
    """An upload counts when bytes and metadata are durable; nginx' PUT is neither hashed nor synced."""

    def md5_hit(self):
        """Bytes that the server has, under a name that the user does not have yet."""
        user = dataset.UPLOADER
        session = self.data.sessions[user]
        blobs = self.data.blobs["4k"]

        def check(server):
            name = f"{os.urandom(8).hex()}.bin"
            fields = {"user": user, "token": session.token, "md5": blobs[0].md5, "filename": name}
            server.call("/api/md5", fields)
            server.call("/api/md5", fields, code=5)
        return Scenario("md5-hit", "md5: instant upload", [self.entry("picbed", "md5.lua", {
            "PICBED_SESSIONS": self.write_sessions("uploader", [user]),
            "PICBED_MD5S": " ".join(blob.md5 for blob in blobs)}, check)])

    def md5_miss(self):
        user = self.data.users[0]
        session = self.data.sessions[user]

        def body(number):
            md5 = hashlib.md5(f"unknown {number}".encode()).hexdigest()
            return {"user": user, "token": session.token, "md5": md5, "filename": "unknown.jpg"}

        def check(server):
            server.call("/api/md5", body(0), code=1)
        return Scenario("md5-miss", "md5: unknown bytes", [self.entry("picbed", "post.lua", {
            "PICBED_PATH": "/api/md5",
            "PICBED_BODIES": self.write("misses", (json.dumps(body(number)) for number in range(1000)))}, check)])

    def login(self):
        def check(server):
            answer = server.call("/api/login", {"user": self.data.users[0], "pwd": dataset.PASSWORD})
            expect(len(answer["token"]) == 32, answer)
        bodies = self.write("logins", (
            json.dumps({"user": user, "pwd": dataset.PASSWORD}) for user in self.data.users))
        return Scenario("login", "login (scrypt)", [self.entry("picbed", "post.lua", {
            "PICBED_PATH": "/api/login", "PICBED_BODIES": bodies}, check)], connections_max=16)

    def upload(self):
        return Scenario("upload", "upload of 100 KB", [
            self.entry("picbed", "upload.lua", self._upload_environment(), self._check_upload),
            self.entry(
                "nginx", "upload.lua", self._upload_environment() | {"PICBED_PATH": "/dav/"},
                self._check_dav, self.contestants["nginx"].forget_uploads)],
            is_quick=True, connections_max=64)

    def _upload_environment(self):
        authorization = dataset.basic_auth(self.data.sessions[dataset.UPLOADER])["Authorization"]
        return {"PICBED_BYTES": str(UPLOAD_BYTES), "PICBED_AUTHORIZATION": authorization}

    def _check_upload(self, server):
        content = os.urandom(UPLOAD_BYTES)
        blob = self.data.upload(f"{os.urandom(8).hex()}.bin", content, dataset.UPLOADER)
        expect(server.request("GET", blob.path)[2] == content, f"{blob.path} after its upload")

    def _check_dav(self, server):
        content = os.urandom(UPLOAD_BYTES)
        status, _, _ = server.request("PUT", "/dav/check.bin", content)
        expect(status in (201, 204), f"PUT {status}")
        expect(server.request("GET", "/dav/check.bin")[2] == content, "/dav/check.bin after its upload")

    def mix(self):
        environment = self._upload_environment() | {
            "PICBED_SESSIONS": self.sessions,
            "PICBED_PATHS": " ".join(
                blob.path for label in ("4k", "32k", "256k") for blob in self.data.blobs[label])}
        return Scenario("mix", "mix: 80 % blobs, 15 % lists, 4 % pv, 1 % uploads", [
            self.entry("picbed", "mix.lua", environment, self._check_upload)], connections_max=256)
