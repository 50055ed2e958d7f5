import ArgumentParser
import Logging

/// How much is logged, and in which form.
struct LogOptions: ParsableArguments {
  /// The form of a log message.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// A line for people.
    case text
    /// An object a line, for programs.
    case json
  }

  @Option(
    help: ArgumentHelp("How much is logged: \(levels). (default: notice)", valueName: "LEVEL"),
    transform: level)
  var logLevel = Logger.Level.notice

  @Option(help: ArgumentHelp("The form of the log: text or json.", valueName: "FORM"))
  var logFormat = Format.text

  /// A logger for commands that have no such options: warnings and faults, as text.
  static func standard(_ label: String) -> Logger {
    var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
  }

  /// A logger that writes to standard error.
  func logger(_ label: String) -> Logger {
    var logger =
      switch logFormat {
      case .text: Logger(label: label) { StreamLogHandler.standardError(label: $0) }
      case .json: Logger(label: label) { JSONLogHandler(label: $0) { Console.write($0) } }
      }
    logger.logLevel = logLevel
    return logger
  }

  private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

  private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw ValidationError("There is no log level '\(text)'. There are: \(levels).")
    }
    return level
  }
}
