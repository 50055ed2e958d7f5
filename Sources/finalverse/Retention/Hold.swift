import EventLog

/// What an operator has said is not to be removed from a log: everything from one position on.
struct Hold: Hashable, Sendable {
  /// What it is called: 1 to 64 small letters, digits and hyphens.
  let name: String
  /// The oldest position that stays.
  let from: Position
  /// Why, for whoever wonders later; 1 to 200 characters.
  let reason: String
  /// When it was set.
  let since: Timestamp

  /// The longest name and the longest reason, in characters.
  static let (nameLengthMax, reasonLengthMax) = (64, 200)

  /// Whether a text can be the name of a hold.
  static func isName(_ text: String) -> Bool {
    (1...nameLengthMax).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }

  /// For people, on one line.
  var sentence: String {
    "\(name): from position \(Figures.count(from.rawValue)) on, since \(since): \(reason)"
  }

  /// For programs, and as it is kept.
  var json: JSONText {
    .object([
      ("name", .string(name)), ("from", .large(from.rawValue)), ("reason", .string(reason)),
      ("since", .string("\(since)")), ("since_us", .large(since.microseconds)),
    ])
  }
}
