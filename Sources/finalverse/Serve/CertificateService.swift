import Engine
import EventLog
import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

/// Exchanges the certificate when its files change, or SIGHUP asks for it, while the server runs.
struct CertificateService: Service {
  /// How often the files are looked at.
  private static let interval = Duration.seconds(2)

  /// The certificate.
  let certificate: CertificateInUse
  /// Where it is told.
  let logger: Logger

  func run() async throws {
    warn(of: certificate.certificate)
    let signals = await UnixSignalsSequence(trapping: .sighup)
    await cancelWhenGracefulShutdown {
      await withTaskGroup { tasks in
        tasks.addTask {
          for await _ in signals { tell(certificate.reload()) }
        }
        tasks.addTask {
          while (try? await Task.sleep(for: Self.interval)) != nil { tell(certificate.look()) }
        }
      }
    }
  }

  private func tell(_ outcome: CertificateInUse.Outcome) {
    switch outcome {
    case .unchanged: break
    case .renewed(let certificate):
      logger.notice("new connections are shown the certificate as it is now")
      warn(of: certificate)
    case .refused(let fault):
      logger.error("the new certificate is refused, the old one is kept", error: fault)
    }
  }

  private func warn(of certificate: ServerCertificate) {
    if let warning = certificate.warning(at: SystemClock().now().microseconds / 1_000_000) {
      logger.warning("\(warning)")
    }
  }
}
