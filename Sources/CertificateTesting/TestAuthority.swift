import Crypto
package import Foundation
import SwiftASN1
import X509

/// An authority made for one test, which signs certificates of servers.
///
/// Nothing of it is kept, so that no key is in the repository and none expires there.
package struct TestAuthority {
  /// A certificate and its key, in PEM.
  package struct Pair {
    /// The certificate.
    package let certificate: String
    /// Its key.
    package let key: String

    /// Puts both where a server reads them.
    ///
    /// - Throws: What writing throws.
    package func write(certificate: URL, key: URL) throws {
      try Data(self.certificate.utf8).write(to: certificate)
      try Data(self.key.utf8).write(to: key)
    }
  }

  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  private let name: DistinguishedName
  /// The authority's own certificate, in PEM: what clients trust.
  package let certificate: String

  /// Makes an authority.
  ///
  /// - Throws: What encoding throws.
  package init() throws {
    name = try DistinguishedName { CommonName("Authority of a test") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: Date.now - 3_600, notValidAfter: Date.now + 86_400, issuer: name,
      subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: key)
    self.certificate = try certificate.serializeAsPEM().pemString
  }

  /// Signs a certificate with a key of its own.
  ///
  /// - Parameters:
  ///   - host: A name; nil for `127.0.0.1`.
  ///   - term: From when to when, in seconds from now.
  /// - Throws: What encoding throws.
  package func sign(
    host: String? = nil, term: ClosedRange<TimeInterval> = -3_600...86_400
  ) throws -> Pair {
    let now = Date.now
    let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let loopback = GeneralName.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey,
      notValidBefore: now + term.lowerBound, notValidAfter: now + term.upperBound,
      issuer: name, subject: DistinguishedName { CommonName("A server under test") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        SubjectAlternativeNames([host.map(GeneralName.dnsName) ?? loopback])
      }, issuerPrivateKey: key)
    return Pair(
      certificate: try certificate.serializeAsPEM().pemString,
      key: try own.serializeAsPEM().pemString)
  }
}
