/// JSON being written, with its members in the order they were given.
enum JSONText: Sendable {
  /// Text.
  case string(String)
  /// A whole number that every reader of JSON can hold: below 2⁵³.
  case number(Int)
  /// A number with decimals.
  case decimal(Double)
  /// True or false.
  case flag(Bool)
  /// Nothing.
  case null
  /// Values.
  case array([JSONText])
  /// Members.
  case object([(String, JSONText)])
  /// JSON that is written already.
  case raw(String)

  /// A number that may be 2⁵³ or more: as a string, as protobuf's JSON has it.
  static func large(_ value: some BinaryInteger) -> Self {
    .string(String(value))
  }

  /// The text, on one line.
  var text: String {
    var text = ""
    append(to: &text)
    return text
  }

  private func append(to text: inout String) {
    switch self {
    case .string(let value): Self.append(value, to: &text)
    case .number(let value): text += String(value)
    case .decimal(let value): text += value.isFinite ? String(value) : "null"
    case .flag(let value): text += value ? "true" : "false"
    case .null: text += "null"
    case .raw(let json): text += json
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.append(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, (name, value)) in members.enumerated() {
        if index > 0 { text += "," }
        Self.append(name, to: &text)
        text += ":"
        value.append(to: &text)
      }
      text += "}"
    }
  }

  private static func append(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
