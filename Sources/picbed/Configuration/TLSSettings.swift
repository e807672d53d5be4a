import Events
import Glibc

/// How `picbed serve` speaks TLS, checked as a whole: what belongs together comes together.
struct TLSSettings: Sendable {
  let certificatePath: String
  let keyPath: String
  /// Nil: where plain HTTP would have been.
  let listen: SocketAddress?
  let redirects: Bool
  let strictTransportSeconds: Int64?

  /// What was said, whatever of it.
  struct Parts {
    var certificate: FilePath?
    var key: FilePath?
    var listen: SocketAddress?
    var redirects = false
    var hsts: TimeSpan?
  }

  /// Nil where nothing was said; throws where something lacks what it needs.
  init?(_ parts: Parts) throws(PicbedError) {
    guard let certificate = parts.certificate, let key = parts.key else {
      guard parts.certificate == nil, parts.key == nil else {
        throw .usage("--tls-cert and --tls-key go together: give both files")
      }
      guard parts.listen == nil, !parts.redirects, parts.hsts == nil else {
        throw .usage("--tls-listen, --redirect-to-tls and --hsts need --tls-cert and --tls-key")
      }
      return nil
    }
    guard parts.listen != nil || !parts.redirects else {
      throw .usage(
        "--redirect-to-tls needs --tls-listen: without it there is no plain port to redirect from")
    }
    certificatePath = certificate.text
    keyPath = key.text
    listen = parts.listen
    redirects = parts.redirects
    strictTransportSeconds = parts.hsts.map { $0.milliseconds / 1000 }
  }

  /// Who has the key can pass for this server. Its group may read it: Debian has one for that (ssl-cert).
  var keyIsOpenToAll: Bool {
    var status = stat()
    return stat(keyPath, &status) == 0 && status.st_mode & (S_IROTH | S_IWOTH) != 0
  }

  /// Reads both files.
  func load() throws(PicbedError) -> TLSContext {
    do throws(TLSError) {
      return try TLSContext(certificatePath: certificatePath, keyPath: keyPath)
    } catch {
      throw .start("\(error)")
    }
  }
}
