import Metrics
import Schema
import SwiftProtobuf
import World

/// How many commands of which kind had which outcome.
///
/// A place for every kind there can be is there from the start, so that counting is arithmetic and
/// an addition. Counted by the engine's thread, read by any.
final class CommandCounts: Sendable {
  /// What became of a command.
  enum Outcome: Int, CaseIterable {
    /// It took effect.
    case accepted
    /// It had taken effect before, and was told so again.
    case repeated
    /// It was refused.
    case rejected
  }

  /// Systems have numbers below this, and so have the commands of each; others count as unknown.
  static let numbersMax = 32

  private let counts = InlineArray<3_072, Counter> { _ in Counter() }

  /// Counts a command.
  func count(_ kind: CommandKind, _ outcome: Outcome) {
    counts[Self.place(of: kind, outcome)].add()
  }

  /// How many there were.
  func value(of kind: CommandKind, _ outcome: Outcome) -> UInt64 {
    counts[Self.place(of: kind, outcome)].value
  }

  private static func place(of kind: CommandKind, _ outcome: Outcome) -> Int {
    let (system, command) = (Int(kind.system), Int(kind.command))
    let isPlaced = system < numbersMax && command < numbersMax
    let number = isPlaced ? system * numbersMax + command : 0
    return number * Outcome.allCases.count + outcome.rawValue
  }
}

/// The kinds of command that the schema has, with their names in it.
struct CommandCatalogue: Sendable {
  /// A kind, by name.
  struct Entry: Hashable, Sendable {
    let kind: CommandKind
    /// As in the schema: `trade`.
    let system: String
    /// As in the schema: `accept_trade`.
    let command: String
  }

  /// All kinds, by their numbers.
  let entries: [Entry]

  /// The schema that this program was built with.
  ///
  /// Found by decoding a command of every number there can be.
  static let schema = {
    let numbers = 1..<UInt8(CommandCounts.numbersMax)
    return Self(
      entries: numbers.flatMap { system in
        numbers.compactMap { Entry(CommandKind(system: system, command: $0)) }
      })
  }()
}

extension CommandCatalogue.Entry {
  /// What the schema says of a kind; nil when it has none of these numbers.
  fileprivate init?(_ kind: CommandKind) {
    // A message within a message, both empty: tags, and lengths below 128.
    let inner = Self.tag(kind.command) + [0]
    let bytes = Self.tag(kind.system) + [UInt8(inner.count)] + inner
    var options = JSONEncodingOptions()
    options.preserveProtoFieldNames = true
    guard let command = try? Command(serializedBytes: bytes), command.kind == kind,
      let json = try? command.jsonString(options: options)
    else { return nil }
    // {"trade":{"accept_trade":{}}}
    let names = json.split(separator: "\"")
    guard names.count >= 4 else { return nil }
    self.init(kind: kind, system: String(names[1]), command: String(names[3]))
  }

  /// A field that holds a message; its number is below 32.
  private static func tag(_ number: UInt8) -> [UInt8] {
    number < 16 ? [number << 3 | 2] : [number << 3 | 2 | 128, number >> 4]
  }
}
