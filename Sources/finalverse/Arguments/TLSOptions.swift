import ArgumentParser
import Gateway

/// What a server secures connections with.
struct TLSOptions: ParsableArguments {
  @Option(
    name: .customLong("tls-certificate"),
    help: ArgumentHelp(
      "Speak TLS alone, with the certificate in this PEM file, those of authorities in between after it.",
      valueName: "FILE"))
  var certificateFile: String?

  @Option(
    name: .customLong("tls-key"),
    help: ArgumentHelp(
      "The certificate's key, in PEM. Both files are looked at every two seconds, and at SIGHUP.",
      valueName: "FILE"))
  var keyFile: String?

  func validate() throws {
    guard (certificateFile == nil) == (keyFile == nil) else {
      throw ValidationError("--tls-certificate and --tls-key are given together, or neither.")
    }
  }

  /// Whether the server is to speak TLS.
  var isGiven: Bool { certificateFile != nil }

  /// Reads the files; nil when the port is to speak no TLS.
  ///
  /// - Throws: ``Gateway/CertificateFault``
  func certificate() throws(CertificateFault) -> CertificateInUse? {
    guard let certificateFile, let keyFile else { return nil }
    return try CertificateInUse(CertificateFiles(certificate: certificateFile, key: keyFile))
  }
}
