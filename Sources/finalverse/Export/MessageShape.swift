import SwiftProtobuf

/// The fields of a message, as its schema has them: names, numbers and types, whether set or not.
///
/// The types are those that the codec of the messages knows too. Found by decoding, for each number in turn, a message that has just this field, so that a new
/// system is known without being listed.
struct MessageShape: Sendable {
  /// What a field holds.
  indirect enum Content: Sendable {
    /// A number that may be negative.
    case signed
    /// A number that is 0 or more.
    case unsigned
    /// True or false.
    case flag
    /// Text in UTF-8.
    case text
    /// Bytes.
    case bytes
    /// A case of an enumeration, with the names of all by number.
    case enumeration([UInt64: String])
    /// A message.
    case message(MessageShape)
  }

  /// One field.
  struct Field: Sendable {
    /// Its number.
    let number: Int
    /// Its name, in snake case.
    let name: String
    /// What it holds.
    let content: Content
    /// Whether there can be any number of them.
    let isRepeated: Bool
    /// Whether "not set" is told apart from 0 and from nothing.
    let hasPresence: Bool
    /// How many bytes each takes on the wire; nil when that depends on its value.
    let byteCount: Int?
  }

  /// The fields, by number.
  let fields: [Field]

  /// The highest number of a field that is looked for.
  static let numberMax = 255
  /// Deeper than messages of the schema lie in each other; ends what contains itself.
  private static let depthMax = 8

  /// Finds the fields of a type of messages.
  ///
  /// Costs about a millisecond for each message, so it is done once.
  init(of type: any Message.Type) {
    self.init(of: type, depth: 0)
  }

  /// A message of these fields.
  init(fields: [Field]) {
    self.fields = fields
  }

  private init(of type: any Message.Type, depth: Int) {
    fields = (1...Self.numberMax).compactMap { Self.field($0, of: type, depth: depth) }
  }

  private static func field<M: Message>(_ number: Int, of type: M.Type, depth: Int) -> Field? {
    for probe in FieldProbe.all(of: number) {
      guard let seen = FieldSighting(of: probe.once, in: type), let name = seen.name,
        let twice = FieldSighting(of: probe.twice, in: type)
      else { continue }
      let content: Content
      switch seen.content {
      case .signed: content = .signed
      case .unsigned: content = .unsigned
      case .flag: content = .flag
      case .text: content = .text
      case .bytes: content = .bytes
      case .enumeration(let typeName):
        content = .enumeration(names(of: typeName, at: number, field: name, in: type))
      case .message(let nested):
        guard depth < depthMax else { return nil }
        content = .message(MessageShape(of: nested, depth: depth + 1))
      }
      let isRepeated = twice.count == 2
      let isSeenEmpty = FieldSighting(of: probe.empty, in: type) != nil
      return Field(
        number: number, name: name, content: content, isRepeated: isRepeated,
        hasPresence: isSeenEmpty && !isRepeated, byteCount: probe.byteCount)
    }
    return nil
  }

  /// The names of an enumeration's cases, as JSON has them.
  ///
  /// JSON leaves 0 out, whose name follows from the rule that the schemas are checked for.
  private static func names<M: Message>(
    of typeName: String, at number: Int, field: String, in type: M.Type
  ) -> [UInt64: String] {
    var names: [UInt64: String] = [:]
    for value in UInt64(1)...255 {
      let bytes = Protobuf.varint(UInt64(number) << 3) + Protobuf.varint(value)
      guard let json = FieldSighting.json(of: bytes, in: type),
        case .text(let name)? = json.first?.value.firstElement
      else { continue }
      names[value] = name
    }
    let zero = typeName.screamingSnakeCase + "_UNSPECIFIED"
    let isName = (try? M(jsonString: "{\"\(field)\":\"\(zero)\"}")) != nil
    names[0] = isName ? zero : nil
    return names
  }
}

extension FieldValue {
  /// Of a list the first element, else the value itself.
  fileprivate var firstElement: FieldValue? {
    if case .list(let values) = self { values.first } else { self }
  }
}

extension String {
  /// `SessionEnd` as `SESSION_END`.
  fileprivate var screamingSnakeCase: String {
    var text = ""
    for (index, character) in enumerated() {
      if index > 0, character.isUppercase { text += "_" }
      text += character.uppercased()
    }
    return text
  }
}
