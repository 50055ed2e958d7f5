import Foundation
import Schema
import SwiftProtobuf
import Testing

/// An entry as `finalverse replay --json` prints it.
struct Replayed: Sendable {
  /// Where it stands.
  let position: UInt64
  /// Who caused it.
  let actor: UInt64
  /// The command it came of; 0 for none.
  let commandID: UInt64
  /// The names of its events.
  let kinds: [String]
  /// Its events.
  let events: [Event]

  /// Reads a line.
  init(line: some StringProtocol) throws {
    let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
    let object = try #require(json as? [String: Any])
    position = try Self.number("position", in: object)
    actor = try Self.number("actor", in: object)
    commandID = try Self.number("commandId", in: object)
    kinds = try #require(object["kinds"] as? [String])
    let events = try #require(object["events"] as? [Any])
    self.events = try events.map {
      try Event(jsonUTF8Bytes: JSONSerialization.data(withJSONObject: $0))
    }
  }

  /// A number that is written as text.
  private static func number(_ name: String, in object: [String: Any]) throws -> UInt64 {
    let digits = try #require(object[name] as? String)
    return try #require(UInt64(digits))
  }

  /// What `replay --json` prints of a data directory.
  static func entries(_ options: String..., in directory: Scratch) async throws -> [Replayed] {
    let arguments = ["replay", "--data", directory.data, "--json"] + options
    let outcome = try await ProgramRun(arguments, in: directory).end(within: .seconds(120))
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map(Replayed.init)
  }
}

extension ProgramRun.Outcome {
  /// The object that a command with `--json` prints.
  func object() throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(json as? [String: Any])
  }
}
