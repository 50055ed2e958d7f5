import CertificateTesting
import Foundation
import NIOCore
import Testing

@testable import Gateway

/// What is read from certificate and key files, and when it is read again.
@Suite struct CertificateTests {
  /// A certificate, its key and what becomes of them, in a directory that is gone afterwards.
  private final class Desk {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("certificates-\(UInt64.random(in: 0 ... .max))")
    let authority: TestAuthority

    init() throws {
      authority = try TestAuthority()
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try put(authority.sign())
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var certificate: URL { directory.appendingPathComponent("certificate.pem") }
    var key: URL { directory.appendingPathComponent("key.pem") }
    var files: CertificateFiles { CertificateFiles(certificate: certificate.path, key: key.path) }

    func put(_ pair: TestAuthority.Pair) throws {
      try pair.write(certificate: certificate, key: key)
    }

    func fault() -> CertificateFault? {
      do throws(CertificateFault) {
        _ = try files.certificate(in: files.read())
        return nil
      } catch {
        return error
      }
    }
  }

  @Test func `a certificate warns when its term is over, near its end or to come`() throws {
    let desk = try Desk()
    try desk.put(desk.authority.sign(term: 0...1_000_000))
    let certificate = try CertificateInUse(desk.files).certificate
    #expect(certificate.notAfter - certificate.notBefore == 1_000_000)
    let (first, last) = (certificate.notBefore, certificate.notAfter)
    #expect(certificate.warning(at: first - 1)?.contains("not valid yet") == true)
    #expect(certificate.warning(at: first) == nil)
    #expect(certificate.warning(at: last - 604_800) == nil)
    #expect(certificate.warning(at: last - 604_799)?.contains("within a week") == true)
    #expect(certificate.warning(at: last + 1)?.contains("has expired") == true)
  }

  @Test func `the metrics tell when the certificate in use ends, and nothing without one`() throws {
    let desk = try Desk()
    try desk.put(desk.authority.sign(term: 0...1_000_000))
    let inUse = try CertificateInUse(desk.files)
    func text(_ certificate: CertificateInUse?) -> String {
      MetricsPage(
        engine: ScriptedEngine(), loops: [], attempts: AttemptGuard(AttemptLimits()),
        certificate: certificate
      ).text()
    }
    let name = "finalverse_certificate_end_time_seconds"
    #expect(text(inUse).contains("\n\(name) \(inUse.certificate.notAfter)\n"))
    #expect(!text(nil).contains(name))
    let former = inUse.certificate.notAfter
    try desk.put(desk.authority.sign(term: 0...2_000_000))
    _ = inUse.reload()
    #expect(inUse.certificate.notAfter != former)
    #expect(text(inUse).contains("\n\(name) \(inUse.certificate.notAfter)\n"))
  }

  @Test func `what cannot be used is refused, with the file and the reason`() throws {
    let desk = try Desk()
    #expect(desk.fault() == nil)
    let other = try desk.authority.sign()
    try Data(other.key.utf8).write(to: desk.key)
    #expect(desk.fault()?.code == .otherKey)
    try Data("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
      .write(to: desk.key)
    #expect(desk.fault()?.code == .noKey)
    try Data().write(to: desk.certificate)
    #expect(desk.fault()?.code == .noCertificate)
    try Data(repeating: 65, count: 1 << 21).write(to: desk.certificate)
    #expect(desk.fault()?.code == .tooLarge)
    try FileManager.default.removeItem(at: desk.certificate)
    let missing = desk.fault()
    #expect(missing?.code == .unreadable)
    #expect(missing?.message.contains(desk.certificate.path) == true)
    #expect(missing?.message.contains("No such file") == true)
    let directory = CertificateFiles(certificate: "/", key: desk.key.path)
    #expect(throws: CertificateFault.self) { try CertificateInUse(directory) }
  }

  @Test func `changed files are read once they are left alone, and what is bad is not used`() throws
  {
    let desk = try Desk()
    let certificate = try CertificateInUse(desk.files)
    func look() -> String {
      switch certificate.look() {
      case .unchanged: "unchanged"
      case .renewed: "renewed"
      case .refused(let fault): fault.code.rawValue
      }
    }
    #expect(look() == "unchanged")
    let renewal = try desk.authority.sign(term: -10...77_777)
    try Data(renewal.certificate.utf8).write(to: desk.certificate)
    #expect(look() == "unchanged")
    try Data(renewal.key.utf8).write(to: desk.key)
    #expect(look() == "unchanged")
    #expect(look() == "renewed")
    let term = certificate.certificate.notAfter
    #expect(term - certificate.certificate.notBefore == 77_787)

    try Data("nothing".utf8).write(to: desk.key)
    #expect([look(), look(), look()] == ["unchanged", "no_key", "unchanged"])
    #expect(certificate.certificate.notAfter == term)
    try FileManager.default.removeItem(at: desk.key)
    #expect([look(), look(), look()] == ["unchanged", "unreadable", "unchanged"])
    try desk.put(renewal)
    #expect([look(), look()] == ["unchanged", "renewed"])
    guard case .renewed = certificate.reload() else {
      Issue.record("asked to, it reads what has not changed")
      return
    }
  }

  @Test func `a handshake that does not begin, or not end, is closed in time`() async throws {
    let desk = try Desk()
    let certificate = try CertificateInUse(desk.files)
    try await GatewayFixture.run(
      .adjusted {
        $0.certificate = certificate
        $0.limits.handshakeTimeout = .milliseconds(200)
      }
    ) { gateway in
      // The head of a record and of a ClientHello that never comes.
      for sent in [[], [0x16, 3, 1, 2, 0, 1, 0, 1]] as [[UInt8]] {
        let client = try gateway.client()
        try client.send(bytes: sent)
        #expect(try client.isClosed())
      }
    }
  }

  @Test func `whoever does not speak TLS is closed without an answer`() async throws {
    let desk = try Desk()
    let certificate = try CertificateInUse(desk.files)
    try await GatewayFixture.run(.adjusted { $0.certificate = certificate }) { gateway in
      let client = try gateway.client()
      try client.send(bytes: Array("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
      #expect(try client.isClosed())
      #expect(gateway.engine.received.isEmpty)
    }
  }
}
