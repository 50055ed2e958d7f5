import CertificateTesting
import Client
import Foundation
import Testing

@testable import finalverse

/// Goal: a world is served over TLS without a proxy, its certificate is exchanged while it runs, and no
/// client takes another for it.
@Suite(.serialized) struct TLSTests {
  /// A directory with an authority's certificate, and a server's with its key.
  private struct Secured {
    let directory: Scratch
    let authority: TestAuthority

    init() throws {
      directory = try Scratch()
      authority = try TestAuthority()
      try Data(authority.certificate.utf8).write(to: file("ca.pem"))
      try put(authority.sign())
    }

    func file(_ name: String) -> URL { directory.url.appendingPathComponent(name) }

    var ca: String { file("ca.pem").path }

    func put(_ pair: TestAuthority.Pair) throws {
      try pair.write(certificate: file("certificate.pem"), key: file("key.pem"))
    }

    func serve(_ options: String...) async throws -> Server {
      try await Server.start(
        in: directory,
        options + [
          "--tls-certificate", file("certificate.pem").path, "--tls-key", file("key.pem").path,
        ])
    }

    /// Options of a client that trusts an authority.
    func trusting(_ authority: TestAuthority?) throws -> ClientOptions {
      var options = ClientOptions()
      options.reconnection = nil
      guard let authority else { return options }
      let file = file("trusted.pem")
      try Data(authority.certificate.utf8).write(to: file)
      options.authorities = try TrustedAuthorities(file: file.path)
      return options
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `everything goes over TLS for whoever trusts the authority`() async throws {
    let secured = try Secured()
    let server = try await secured.serve()
    #expect(server.url.hasPrefix("wss://127.0.0.1:"))
    #expect(server.program.output.contains("https://\(server.address)/health"))
    let client = try await server.connect(secured.trusting(secured.authority))
    try await client.createProfile(name: "Mira", look: "plain", homeRegion: 1)
    let bots = try await ProgramRun.run(
      "bots", "--url", server.url, "--ca", secured.ca, "--count", "5", "--for", "2s",
      in: secured.directory)
    #expect(bots.status == 0, "\(bots.errors)\(bots.output)")
    let top = try await ProgramRun.run(
      "top", "--url", "https://\(server.address)", "--ca", secured.ca, "--count", "1", "--every",
      "100ms", "--json", in: secured.directory)
    #expect(top.status == 0, "\(top.errors)")
    #expect(top.output.contains("\"sessions\":1"), "\(top.output)")
    let grant = try await ProgramRun.run(
      "role", "grant", "--player", "\(client.player)", "--role", "analyst", "--reason", "a test",
      "--data", secured.directory.data, "--url", server.url, "--ca", secured.ca,
      in: secured.directory)
    #expect(grant.status == 0, "\(grant.errors)")
    #expect(try await server.stop().status == 0)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a client takes no other server for the one it means`() async throws {
    let secured = try Secured()
    let server = try await secured.serve()
    for options in [try secured.trusting(nil), try secured.trusting(TestAuthority())] {
      let fault = await #expect(throws: ClientFault.self) { try await server.connect(options) }
      #expect(fault?.code == .untrusted)
      #expect(fault?.message.contains("no trusted authority") == true)
    }
    let top = try await ProgramRun.run(
      "top", "--url", "https://\(server.address)", in: secured.directory)
    #expect(top.status == ExitStatus.unavailable.rawValue)
    #expect(top.errors.contains("no trusted authority has signed"), "\(top.errors)")

    try secured.put(secured.authority.sign(host: "elsewhere.example"))
    server.program.signal(SIGHUP)
    let isRenewed = await eventually(within: .seconds(10)) {
      server.program.errors.contains("new connections are shown the certificate as it is now")
    }
    #expect(isRenewed, "\(server.program.errors)")
    let options = try secured.trusting(secured.authority)
    let fault = await #expect(throws: ClientFault.self) { try await server.connect(options) }
    #expect(fault == ClientFault(.untrusted, "127.0.0.1 shows a certificate of another name"))
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a new certificate is shown to new connections, and open ones stay`() async throws {
    let secured = try Secured()
    let server = try await secured.serve()
    let early = try await server.connect(secured.trusting(secured.authority))
    let successor = try TestAuthority()
    try secured.put(successor.sign(term: -3_600...(-60)))
    let isWarned = await eventually(within: .seconds(15)) {
      server.program.errors.contains("the certificate has expired")
    }
    #expect(isWarned, "\(server.program.errors)")
    try secured.put(successor.sign())
    let options = try secured.trusting(successor)
    let late = try #require(await connect(to: server, options))
    try Data("no key".utf8).write(to: secured.file("key.pem"))
    server.program.signal(SIGHUP)
    let isRefused = await eventually(within: .seconds(10)) {
      server.program.errors.contains("the new certificate is refused, the old one is kept")
    }
    #expect(isRefused, "\(server.program.errors)")
    let last = try await server.connect(options)
    for (name, client) in [("Mira", early), ("Tomo", late), ("Nela", last)] {
      try await client.createProfile(name: name, look: "plain", homeRegion: 1)
    }
    try await server.stop()
  }

  @Test(.timeLimit(.minutes(2)))
  func `a server does not start with what it cannot use`() async throws {
    let secured = try Secured()
    func refusal(_ options: String...) async throws -> ProgramRun.Outcome {
      try await ProgramRun(
        ["serve", "--data", secured.directory.data, "--listen", "127.0.0.1:0"] + options,
        in: secured.directory
      ).end()
    }
    let (certificate, key) = (secured.file("certificate.pem").path, secured.file("key.pem").path)
    let missing = try await refusal("--tls-certificate", "none.pem", "--tls-key", key)
    #expect(missing.status == ExitStatus.noData.rawValue)
    #expect(missing.errors.contains("cannot read none.pem: No such file"))
    let foreign = try await refusal("--tls-certificate", secured.ca, "--tls-key", key)
    #expect(foreign.status == ExitStatus.damaged.rawValue)
    #expect(foreign.errors.contains("is not that of the certificate in \(secured.ca)"))
    let half = try await refusal("--tls-certificate", certificate)
    #expect(half.status == ExitStatus.usage.rawValue)
    #expect(!FileManager.default.fileExists(atPath: secured.directory.data))
  }

  /// A client, once the server shows a certificate that it trusts.
  private func connect(to server: Server, _ options: ClientOptions) async -> FinalverseClient? {
    for _ in 0..<150 {
      if let client = try? await server.connect(options) { return client }
      try? await Task.sleep(for: .milliseconds(100))
    }
    return nil
  }
}
