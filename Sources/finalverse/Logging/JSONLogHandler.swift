import EventLog
import Foundation
import Logging

/// Writes each log message as one JSON object on a line of its own.
///
/// Members: `time` (ISO 8601 in UTC), `level`, `logger`, `message`, `error` where there is one, and `metadata` with what came along.
struct JSONLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level = .info

  private let label: String
  private let write: @Sendable (String) -> Void

  /// A handler for one logger.
  ///
  /// - Parameters:
  ///   - label: The logger's name.
  ///   - write: Takes each line, its end included.
  init(label: String, write: @escaping @Sendable (String) -> Void) {
    self.label = label
    self.write = write
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    write(line(for: event, at: .now) + "\n")
  }

  /// The object that stands for a message.
  func line(for event: LogEvent, at time: Timestamp) -> String {
    var members: [(String, JSONText)] = [
      ("time", .string(time.description)),
      ("level", .string(event.level.rawValue)),
      ("logger", .string(label)),
      ("message", .string(event.message.description)),
    ]
    if let error = event.error {
      members.append(("error", .string(String(describing: error))))
    }
    let all =
      metadata
      .merging(metadataProvider?.get() ?? [:]) { $1 }
      .merging(event.metadata ?? [:]) { $1 }
    if !all.isEmpty {
      members.append(("metadata", .object(all.sorted { $0.key < $1.key }.map { ($0, $1.json) })))
    }
    return JSONText.object(members).text
  }
}

extension Logger.MetadataValue {
  fileprivate var json: JSONText {
    switch self {
    case .string(let text): .string(text)
    case .stringConvertible(let value): .string(value.description)
    case .array(let values): .array(values.map(\.json))
    case .dictionary(let values): .object(values.sorted { $0.key < $1.key }.map { ($0, $1.json) })
    }
  }
}

extension Timestamp {
  /// The machine's clock.
  static var now: Timestamp {
    Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
  }
}
