"""What the bench loads: a thousand users with ten files each, a hot user, blobs, shares, picture links.

Rows go in through picbed's own scripts, straight to Redis; blobs that are served come through the API. Everything
is derived from numbers, so that each run works on the same data.
"""

import base64
import dataclasses
import hashlib
import os
import time

from .processes import BenchError

USERS = 1000
FILES_PER_USER = 10
HOT_USER = "hot"
HOT_FILES = 10_000
SHARED_FILES = 1000
OWNER = "owner"
# Whose list grows while uploads are measured.
UPLOADER = "uploader"
PASSWORD = hashlib.md5(b"secret").hexdigest()
BLOB_SIZES = {"4k": 4 << 10, "32k": 32 << 10, "256k": 256 << 10, "1m": 1 << 20}
BLOBS_PER_SIZE = 16
FIRST_CREATED = 1_700_000_000_000
SESSION_SECONDS = 86_400


@dataclasses.dataclass(frozen=True)
class File:
    """A file as its row in Redis has it."""

    user: str
    number: int

    @property
    def name(self):
        return f"IMG_{self.number:08d}.jpg"

    @property
    def md5(self):
        return hashlib.md5(f"{self.user}/{self.number}".encode()).hexdigest()

    @property
    def id(self):
        return f"{self.md5}:{self.name}"

    @property
    def size(self):
        return 100_000 + self.number

    @property
    def created(self):
        return FIRST_CREATED + self.number * 1000

    @property
    def hold(self):
        return f"{self.number:08x}"

    @property
    def blob(self):
        digest = hashlib.sha256(f"{self.user}/{self.number}".encode()).digest()
        text = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return f"group1/M00/{digest[0]:02X}/{digest[1]:02X}/{text}"

    def row(self, with_user=False):
        """The row's JSON as the scripts take it: without `created` and the closing brace."""
        user = f'"user":"{self.user}",' if with_user else ""
        return (
            f'{{{user}"md5":"{self.md5}","name":"{self.name}","size":{self.size},"type":"jpg",'
            f'"blob":"{self.blob}","hold":"{self.hold}"')


@dataclasses.dataclass(frozen=True)
class Session:
    """A user's token, and the time at which scripts that are called without picbed look at it."""

    user: str
    token: str
    now: int

    @property
    def token_hash(self):
        return hashlib.sha256(self.token.encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Blob:
    """Bytes that were uploaded, and where they are served."""

    path: str
    md5: str
    name: str
    content: bytes


class Dataset:
    """What is in the store after `load`, as the scenarios and checks need it."""

    def __init__(self, redis, scripts, server):
        self._redis, self._scripts, self._server = redis, scripts, server
        self.now = int(time.time())
        self.users = [f"user{number:04d}" for number in range(USERS)]
        self.sessions = {}
        self.blobs = {}
        self.pictures = []

    def load(self):
        self.register_owner()
        self.add_users([*self.users, HOT_USER, UPLOADER])
        self._redis.call_all(self.file_commands(self.users, FILES_PER_USER))
        self._redis.call_all(self.file_commands([HOT_USER], HOT_FILES))
        self._redis.call_all(
            self._scripts.share_claim(File(self.users[number % USERS], number // USERS))
            for number in range(SHARED_FILES))
        self._upload_blobs()
        self._link_pictures()

    def file(self, user, number=0):
        return File(user, number)

    def register_owner(self):
        self._server.call(
            "/api/reg", {"userName": OWNER, "nickName": OWNER, "firstPwd": PASSWORD})
        token = self._server.call("/api/login", {"user": OWNER, "pwd": PASSWORD})["token"]
        self.sessions[OWNER] = Session(OWNER, token, self.now)

    def add_users(self, users):
        """Accounts with the owner's password, and a session each. Hashing a password takes 50 ms."""
        password = self._redis.call("HGET", f"user:{{{OWNER}}}", "pwd")
        for user in users:
            token = hashlib.md5(f"token of {user}".encode()).hexdigest()
            self.sessions[user] = Session(user, token, self.now)
        self._redis.call_all(
            self._scripts.user_create(user, password, FIRST_CREATED) for user in users)
        self._redis.call_all(
            self._scripts.session_create(
                user, self.sessions[user].token_hash, self.now, self.now + SESSION_SECONDS, password)
            for user in users)

    def file_commands(self, users, count):
        for user in users:
            for number in range(count):
                file = File(user, number)
                yield self._scripts.blob_claim(file)
                yield self._scripts.file_add(file)

    def upload(self, name, content, user=OWNER):
        session = self.sessions[user]
        status, _, body = self._server.request(
            "PUT", f"/api/upload/{name}", content, basic_auth(session))
        if status != 200 or b'"code":0' not in body:
            raise BenchError(f"the upload of {name} answered {status}: {body[:300]!r}")
        path = body.split(b'"url":"')[1].split(b'"')[0].decode().split("/", 3)[3]
        return Blob("/" + path, hashlib.md5(content).hexdigest(), name, content)

    def _upload_blobs(self):
        for label, size in BLOB_SIZES.items():
            self.blobs[label] = [
                self.upload(f"{label}-{number}.bin", os.urandom(size))
                for number in range(BLOBS_PER_SIZE)]

    def _link_pictures(self):
        session = self.sessions[OWNER]
        for blob in self.blobs["4k"]:
            answer = self._server.call("/api/sharepic?cmd=share", {
                "user": session.user, "token": session.token, "md5": blob.md5, "filename": blob.name})
            self.pictures.append(answer["urlmd5"])


def basic_auth(session):
    pair = base64.b64encode(f"{session.user}:{session.token}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
