import Glibc
import NIOCore
import NIOSSL

/// A certificate and its key, as PEM files.
package struct CertificateFiles: Sendable {
  /// The longest file that is read, in bytes.
  private static let byteCountMax = 1 << 20

  /// The file with the certificate, followed by those of the authorities between it and the root.
  package let certificate: String
  /// The file with the certificate's key, without a passphrase.
  package let key: String

  /// Two files, which may be one and the same.
  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// What is in the two files at one moment.
  struct Contents: Equatable {
    let certificate: Result<[UInt8], CertificateFault>
    let key: Result<[UInt8], CertificateFault>
  }

  /// Reads both files, whatever is in them.
  ///
  /// Blocks.
  func read() -> Contents {
    Contents(
      certificate: Result { () throws(CertificateFault) in try Self.read(certificate) },
      key: Result { () throws(CertificateFault) in try Self.read(key) })
  }

  /// The certificate and key in the files.
  ///
  /// - Throws: ``CertificateFault`` for a file that could not be read or is none of PEM, and for a key
  ///   that is not that of the certificate.
  func certificate(in contents: Contents) throws(CertificateFault) -> ServerCertificate {
    let (certificateBytes, keyBytes) = (try contents.certificate.get(), try contents.key.get())
    let chain = (try? NIOSSLCertificate.fromPEMBytes(certificateBytes)) ?? []
    guard let leaf = chain.first else {
      throw CertificateFault(
        .noCertificate, "\(certificate) has no certificate in PEM, or one that cannot be read.")
    }
    guard let privateKey = try? NIOSSLPrivateKey(bytes: keyBytes, format: .pem) else {
      throw CertificateFault(
        .noKey,
        "\(key) has no private key in PEM, or one with a passphrase, which is not supported.")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    guard let context = try? NIOSSLContext(configuration: configuration) else {
      throw CertificateFault(
        .otherKey, "The key in \(key) is not that of the certificate in \(certificate).")
    }
    return ServerCertificate(
      context: context, notBefore: Int64(leaf.notValidBefore), notAfter: Int64(leaf.notValidAfter))
  }

  private static func read(_ file: String) throws(CertificateFault) -> [UInt8] {
    let descriptor = unsafe Glibc.open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw CertificateFault(unreadable: file, errno) }
    defer { _ = Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw CertificateFault(unreadable: file, errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= byteCountMax else {
        throw CertificateFault(.tooLarge, "\(file) is larger than any certificate or key.")
      }
    }
  }
}

/// A certificate with its key, ready for connections.
package struct ServerCertificate: Sendable {
  let context: NIOSSLContext
  /// From when on it is valid, in seconds since 1970.
  package let notBefore: Int64
  /// Until when it is valid, in seconds since 1970.
  package let notAfter: Int64

  /// What is wrong with its term at a time, in seconds since 1970; nil when nothing is.
  ///
  /// A certificate out of its term is used nevertheless: clients refuse it, and they say why.
  package func warning(at now: Int64) -> String? {
    if now > notAfter { return "the certificate has expired; clients will refuse it" }
    if now < notBefore { return "the certificate is not valid yet; clients will refuse it" }
    return notAfter - now < 7 * 86_400 ? "the certificate expires within a week" : nil
  }
}

/// A certificate and key cannot be used.
package struct CertificateFault: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  package enum Code: String, Sendable {
    /// A file cannot be read, or is not there.
    case unreadable
    /// A file is larger than it could be.
    case tooLarge = "too_large"
    /// There is no certificate in the file.
    case noCertificate = "no_certificate"
    /// There is no private key in the file.
    case noKey = "no_key"
    /// The key is not the certificate's.
    case otherKey = "other_key"
  }

  /// What is wrong.
  package let code: Code
  /// What is wrong, and with which file.
  package let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  fileprivate init(unreadable file: String, _ code: Int32) {
    self.init(
      .unreadable, "cannot read \(file): \(unsafe String(cString: strerror(code)))")
  }

  /// The message.
  package var description: String { message }
}
