import NIOSSL
import Synchronization

/// The certificate that new connections are shown, which can be exchanged while the gateway runs.
///
/// Connections that are open keep the one they were shown. Thread-safe.
package final class CertificateInUse: Sendable {
  /// What became of looking for a new certificate.
  package enum Outcome: Sendable {
    /// The files are as they were.
    case unchanged
    /// New connections are shown this one from now on.
    case renewed(ServerCertificate)
    /// What is in the files cannot be used; the certificate stays as it was.
    case refused(CertificateFault)
  }

  private struct State {
    var certificate: ServerCertificate
    /// What was in the files when a certificate was last made of them.
    var tried: CertificateFiles.Contents
    /// What was in them at the last look.
    var seen: CertificateFiles.Contents
  }

  private let files: CertificateFiles
  private let state: Mutex<State>

  /// Reads the files for the first time.
  ///
  /// Blocks.
  ///
  /// - Throws: ``CertificateFault``
  package init(_ files: CertificateFiles) throws(CertificateFault) {
    self.files = files
    let contents = files.read()
    let certificate = try files.certificate(in: contents)
    state = Mutex(State(certificate: certificate, tried: contents, seen: contents))
  }

  /// The certificate at present.
  package var certificate: ServerCertificate { state.withLock { $0.certificate } }

  var context: NIOSSLContext { state.withLock { $0.certificate.context } }

  /// Uses what is in the files if it has changed, and has been left alone since the last look:
  /// whoever exchanges them writes one after the other.
  ///
  /// What could not be used is not tried again before the files change again. Blocks.
  package func look() -> Outcome {
    let contents = files.read()
    let isSettled = state.withLock { state in
      defer { state.seen = contents }
      return contents != state.tried && contents == state.seen
    }
    return isSettled ? use(contents) : .unchanged
  }

  /// Uses what is in the files, changed or not.
  ///
  /// Blocks.
  package func reload() -> Outcome {
    use(files.read())
  }

  private func use(_ contents: CertificateFiles.Contents) -> Outcome {
    do throws(CertificateFault) {
      let certificate = try files.certificate(in: contents)
      state.withLock { $0 = State(certificate: certificate, tried: contents, seen: contents) }
      return .renewed(certificate)
    } catch {
      state.withLock { ($0.tried, $0.seen) = (contents, contents) }
      return .refused(error)
    }
  }
}
