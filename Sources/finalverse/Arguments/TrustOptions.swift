import ArgumentParser
import Client

/// Whom a command that connects to a server over TLS trusts.
struct TrustOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For wss:// and https://: trust the certificates in this file, instead of those that this machine trusts.",
      valueName: "FILE"))
  var ca: String?

  /// The authorities; nil for those of this machine.
  ///
  /// - Throws: `ClientFault` when the file has none.
  func authorities() throws -> TrustedAuthorities? {
    try ca.map { path throws(ClientFault) in try TrustedAuthorities(file: path) }
  }
}
