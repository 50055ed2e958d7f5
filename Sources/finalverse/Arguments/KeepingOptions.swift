import ArgumentParser
import Engine
import EventLog
import Logging

/// In what the log is kept: when a segment ends, and when it is archived.
struct KeepingOptions: ParsableArguments {
  /// A length of time, or never.
  enum Age: Hashable, Sendable, ExpressibleByArgument {
    /// After so long.
    case after(TimeSpan)
    /// Not at all.
    case never

    init?(argument: String) {
      if argument == "never" {
        self = .never
      } else if let span = TimeSpan(argument) {
        self = .after(span)
      } else {
        return nil
      }
    }

    /// Microseconds; nil for never.
    var microseconds: Int64? {
      if case .after(let span) = self { span.microseconds } else { nil }
    }

    var defaultValueDescription: String {
      if case .after(let span) = self { "\(span)" } else { "never" }
    }
  }

  static let segmentBytesRange = 1 << 20...1 << 36

  @Option(
    help: ArgumentHelp(
      "A segment of the log that has grown to so many bytes is followed by another.",
      valueName: "N"))
  var segmentBytes = 1 << 30

  @Option(
    help: ArgumentHelp(
      "A segment whose first entry is so old is followed by another, or never.", valueName: "AGE"))
  var segmentAge = Age.after(TimeSpan(seconds: 86_400))

  @Option(
    help: ArgumentHelp(
      "A sealed segment is archived when its last entry is so old, or never.", valueName: "AGE"))
  var archiveAfter = Age.after(TimeSpan(seconds: 3_600))

  func validate() throws {
    guard Self.segmentBytesRange.contains(segmentBytes) else {
      throw ValidationError("--segment-bytes is 1,048,576 (1 MiB) to 68,719,476,736 (64 GiB).")
    }
  }

  /// Tells the engine, and logs what it does.
  func apply(to configuration: inout EngineConfiguration, logger: Logger) {
    configuration.segmentBytesMax = segmentBytes
    configuration.segmentAgeMax = segmentAge.microseconds
    configuration.archiveAfter = archiveAfter.microseconds
    configuration.onLogReport = { report in
      switch report {
      case .archived(let outcome, let duration):
        logger.notice(
          "a segment was archived",
          metadata: [
            "first": "\(outcome.firstPosition)", "last": "\(outcome.lastPosition)",
            "bytes_before": "\(outcome.segmentByteCount)",
            "bytes_after": "\(outcome.archiveByteCount)",
            "seconds": "\(Figures.decimal(duration / .seconds(1), places: 3))",
          ])
      case .failed(let fault): logger.warning("a segment was not archived", error: fault)
      }
    }
  }
}
