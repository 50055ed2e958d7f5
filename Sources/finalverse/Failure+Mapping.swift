import Accounts
import ArgumentParser
import Client
import Engine
import EventLog
import Gateway
import Glibc
import NIOCore
import Projection
import Texts

/// The one place that turns faults into what people read and scripts decide by.
extension Failure {
  /// What an error comes to; nil for what the argument parser words itself: usage and help.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let fault as LogFault: self.init(fault)
    case let fault as ImageFault: self.init(fault)
    case let fault as EngineFault: self.init(fault)
    case let fault as TextFault: self.init(.cannotWrite, fault.description)
    case let fault as AccountFault: self.init(fault)
    case let fault as CertificateFault:
      self.init(fault.code == .unreadable ? .noData : .damaged, fault.message)
    case let fault as ClientFault: self.init(.unavailable, fault.message)
    case let rejected as CommandRejected: self.init(.refused, rejected.description)
    case let failed as RequestFailed: self.init(.unavailable, failed.description)
    case let fault as IOError: self.init(fault)
    default:
      guard Finalverse.exitCode(for: error) == .failure else { return nil }
      self.init(.fault, "a fault of the program itself: \(error)")
    }
  }

  /// A fault of the log.
  private init(_ fault: LogFault) {
    let status: ExitStatus =
      switch fault.code {
      case .locked: .locked
      case .missing, .positionGone: .noData
      case .damaged, .formatUnknown: .damaged
      case .diskFull, .mapFull, .readOnly, .inputOutput, .exists, .otherLog: .cannotWrite
      default: .fault
      }
    self.init(status, fault.text)
  }

  /// A fault of the identity directory.
  private init(_ fault: AccountFault) {
    let status: ExitStatus =
      switch fault.code {
      case .missing: .noData
      case .damaged: .damaged
      case .inputOutput: .cannotWrite
      }
    self.init(status, fault.message)
  }

  /// A fault of an image.
  private init(_ fault: ImageFault) {
    let status: ExitStatus =
      if fault.code == .missing { .noData } else if fault.callsForRebuild { .damaged } else {
        .cannotWrite
      }
    self.init(status, fault.text)
  }

  /// A fault of the engine.
  private init(_ fault: EngineFault) {
    if let cause = fault.cause, let origin = Failure(cause), origin.status != .fault {
      self.init(origin.status, "\(fault.message)\n\(origin.message)")
      return
    }
    let status: ExitStatus =
      switch fault.code {
      case .commitFailed, .stuckJob: .fault
      case .fenced: .locked
      case .damaged: .damaged
      case .worldFile: .usage
      case .texts, .files: .cannotWrite
      }
    self.init(status, fault.description)
  }

  /// What the system says of an address.
  private init(_ fault: IOError) {
    self.init(.unavailable, Self.systemMessage(fault.errnoCode))
  }

  /// An address that cannot be listened on.
  ///
  /// - Parameter option: The option that chooses another.
  static func cannotListen(
    on address: ListenAddress, _ error: any Error, option: String = "--listen"
  ) -> Failure {
    let reason = (error as? IOError).map { systemMessage($0.errnoCode) } ?? "\(error)"
    let advice =
      (error as? IOError)?.errnoCode == EADDRINUSE
      ? "Something else listens there. Stop it, or choose another port with \(option)."
      : "Choose another address with \(option)."
    return Failure(.unavailable, "cannot listen on \(address): \(reason). \(advice)")
  }

  /// What the system says of an error.
  static func systemMessage(_ code: CInt) -> String {
    unsafe String(cString: strerror(code))
  }
}

extension LogFault {
  /// The message, and where.
  var text: String {
    FaultText.lines(
      message,
      [("file", file), ("position", position?.description), ("cause", cause.map { "\($0)" })])
  }
}

extension ImageFault {
  /// The message, and where.
  var text: String {
    FaultText.lines(
      message,
      [("file", file), ("table", table), ("key", key), ("cause", cause.map { "\($0)" })])
  }
}

/// The text of a fault.
private enum FaultText {
  /// A message, and below it what it does not say itself.
  static func lines(_ message: String, _ details: [(name: String, value: String?)]) -> String {
    let more = details.compactMap { detail -> String? in
      guard let value = detail.value, !message.contains(value) else { return nil }
      return "  \(detail.name): \(value)"
    }
    return ([message] + more).joined(separator: "\n")
  }
}
