internal import COpenSSL
import Foundation

/// A self-signed certificate for 127.0.0.1 and localhost, made anew for a test, as the two PEM
/// files that picbed reads. Its owner removes the folder.
package struct TLSCertificate: Sendable {
  package enum Key: Sendable { case p256, rsa }

  package let certificatePath: String
  package let keyPath: String
  /// What tells it from others: the serial number.
  package let serial: Int

  /// Writes `cert.pem` and `key.pem` into `folder`, over what is there.
  package init(in folder: TemporaryFolder, key kind: Key = .p256) throws {
    certificatePath = folder / "cert.pem"
    keyPath = folder / "key.pem"
    serial = Int.random(in: 1..<Int(Int32.max))
    let key = try Self.makeKey(kind)
    defer { EVP_PKEY_free(key) }
    let certificate = try Self.makeCertificate(key, serial)
    defer { X509_free(certificate) }
    try Self.write(certificatePath) { PEM_write_bio_X509($0, certificate) }
    try Self.write(keyPath) { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  private static func makeKey(_ kind: Key) throws -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_from_name(nil, kind == .rsa ? "RSA" : "EC", nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1,
      kind == .rsa
        ? EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1
        : EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
      EVP_PKEY_generate(context, &key) == 1, let key
    else { throw TLSPeerError("no key could be made") }
    return key
  }

  private static func makeCertificate(
    _ key: OpaquePointer, _ serial: Int
  ) throws -> OpaquePointer {
    guard let certificate = X509_new() else { throw TLSPeerError("no certificate could be made") }
    let name = X509_get_subject_name(certificate)
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60)
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
    X509_set_pubkey(certificate, key)
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "localhost", -1, -1, 0)
    X509_set_issuer_name(certificate, name)
    guard X509_sign(certificate, key, EVP_sha256()) > 0 else {
      X509_free(certificate)
      throw TLSPeerError("the certificate could not be signed")
    }
    return certificate
  }

  private static func write(_ path: String, _ body: (OpaquePointer?) -> CInt) throws {
    guard let file = BIO_new_file(path, "w") else { throw TLSPeerError("cannot write \(path)") }
    defer { BIO_free(file) }
    guard body(file) == 1 else { throw TLSPeerError("cannot write \(path)") }
  }
}
