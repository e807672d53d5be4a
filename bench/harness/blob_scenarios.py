"""The tiny reply, and blobs: picbed against nginx."""

import json

from .scenario import Maker, Scenario, expect


class BlobScenarios(Maker):
    """Everything that needs no Redis."""

    def healthz(self):
        def check(server):
            status, _, body = server.request("GET", "/healthz")
            expect(status == 200 and json.loads(body)["code"] == 0, f"/healthz {status} {body!r}")
        return Scenario("healthz", "tiny reply (/healthz)", [
            self.entry(name, "get.lua", {"PICBED_PATHS": "/healthz"}, check)
            for name in ("picbed", "nginx")])

    def blob(self, label, size):
        blobs = self.data.blobs[label]

        def check(server):
            for blob in blobs:
                status, _, body = server.request("GET", blob.path)
                expect(status == 200 and body == blob.content, f"{blob.path} from {server.base}")
        environment = {"PICBED_PATHS": " ".join(blob.path for blob in blobs)}
        return Scenario(f"blob-{label}", f"blob GET {size}", [
            self.entry(name, "get.lua", environment, check) for name in ("picbed", "nginx")],
            is_quick=True)

    def not_modified(self):
        blobs = self.data.blobs["32k"]

        def entry(name):
            server = self.contestants[name].server
            etags = [server.request("GET", blob.path)[1]["ETag"] for blob in blobs]

            def check(server):
                for blob, etag in zip(blobs, etags):
                    status, _, body = server.request("GET", blob.path, headers={"If-None-Match": etag})
                    expect(status == 304 and not body, f"{blob.path} with {etag}: {status}")
            return self.entry(name, "get.lua", {
                "PICBED_PATHS": " ".join(blob.path for blob in blobs), "PICBED_ETAG": " ".join(etags)}, check)
        return Scenario("not-modified", "304 of 32 KB", [entry("picbed"), entry("nginx")])
