import Glibc
import TestSupport
import Testing

extension Scenarios {
  /// What a server with one certificate for its whole life cannot show.
  @Suite struct S35TLSOperation {
    @Test("a new certificate by SIGHUP is for new connections; a bad one changes nothing")
    func reload() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let first = try TLSCertificate(in: folder)
      try #require(chmod(first.keyPath, 0o640) == 0)
      let server = try PicbedServer([
        "--tls-listen", "127.0.0.1:0", "--tls-cert", first.certificatePath, "--tls-key",
        first.keyPath,
      ])
      let client = try server.client(by: TLSClient())
      let bytes = Fixtures.bytes(8_000_000, seed: 8)
      let path = try S34TLS.path(server.newUser().on(client), bytes, as: "download.bin")
      let download = try client.connect()
      #expect(download.handshake.serial == first.serial)
      try download.send(HTTPRequest("GET", path).headBytes(host: "h"))
      #expect(try download.hasBytes(withinMilliseconds: 10_000))

      let second = try TLSCertificate(in: folder, key: .rsa)
      server.process.send(SIGHUP)
      #expect(
        eventually(within: 10) { (try? client.connect().handshake.serial) == second.serial })
      try #require(truncate(second.certificatePath, 40) == 0)
      server.process.send(SIGHUP)
      #expect(eventually(within: 10) { server.log.contains("the new one cannot be used") })
      #expect(try client.connect().handshake.serial == second.serial)

      #expect(!server.log.contains("may read or write the TLS key"))

      #expect(try download.readResponse(to: "GET").body == bytes)
      try download.send(S06Wire.wire(S06Wire.get("/healthz")))
      #expect(try download.readResponse(to: "GET").status == 200)
      try server.stop()
    }

    @Test("alone: the one port speaks TLS, and says so")
    func alone() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let certificate = try TLSCertificate(in: folder)
      try #require(chmod(certificate.keyPath, 0o644) == 0)
      let server = try PicbedServer(
        [],
        environment: [
          "PICBED_TLS_CERT": certificate.certificatePath, "PICBED_TLS_KEY": certificate.keyPath,
        ])
      #expect(server.log.contains("may read or write the TLS key"))
      #expect(server.output.hasPrefix("picbed listening on https://\(server.client.host)\n"))
      try server.client.get("/healthz").expectAlive()
      try server.stop()
    }

    @Test("--redirect-to-tls: the plain port answers 308 to all but the health checks")
    func redirect() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let certificate = try TLSCertificate(in: folder)
      let server = try PicbedServer([
        "--tls-listen", "127.0.0.1:0", "--tls-cert", certificate.certificatePath, "--tls-key",
        certificate.keyPath, "--redirect-to-tls",
      ])
      let port = try server.client(by: TLSClient()).port
      for (method, target) in [
        ("GET", "/"), ("HEAD", "/share?urlmd5=1"), ("POST", "/api/login"), ("BREW", "/api/x&y"),
      ] {
        let reply = try server.client.request(
          method, target, headers: [("Host", "img.example.com:80")], body: Array("{}".utf8))
        #expect(reply.response.status == 308)
        #expect(reply.response["Location"] == "https://img.example.com:\(port)\(target)")
      }
      try server.client.get("/healthz").expectAlive()
      #expect(try server.client.get("/readyz").response.status == 200)
      try server.stop()
    }

    @Test("a certificate that cannot be used, or half the options, is said at the start")
    func wrongOptions() throws {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let certificate = try TLSCertificate(in: folder)
      let other = try TemporaryFolder()
      defer { other.remove() }
      let stranger = try TLSCertificate(in: other)
      for (options, message) in [
        (["--tls-cert", certificate.certificatePath], "go together"),
        (["--hsts", "1d"], "need --tls-cert"),
        (
          [
            "--tls-cert", certificate.certificatePath, "--tls-key", certificate.keyPath,
            "--redirect-to-tls",
          ], "needs --tls-listen"
        ),
        (
          ["--tls-cert", "/none.pem", "--tls-key", certificate.keyPath],
          "/none.pem cannot be used: No such file"
        ),
        (
          ["--tls-cert", certificate.certificatePath, "--tls-key", stranger.keyPath],
          "key values mismatch"
        ),
      ] {
        let error = #expect(throws: PicbedServerError.self) { _ = try PicbedServer(options) }
        let text = error?.log.replacing("\n", with: " ") ?? ""
        #expect(text.contains(message), "\(options): \(text)")
      }
    }
  }
}
