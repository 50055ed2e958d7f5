/// What somebody may say.
///
/// White space around it is taken away. What is left has a bound in characters and in bytes, so that
/// marks cannot be piled up without end; something in it can be seen; and nothing in it takes over the
/// reader's screen: no control characters, line breaks among them, and none that turn the direction of
/// the text around them. Those that join or part letters stay, for whole scripts and most emoji need
/// them.
struct ChatText: Equatable {
  /// The text as it is kept and sent.
  let text: String
  /// How many characters it has.
  let characters: UInt32

  /// The most characters.
  static let charactersMax = 300
  /// The most bytes.
  static let bytesMax = charactersMax * 8

  /// Checks what somebody wants to say; `field` is the request's field that has it.
  ///
  /// - Throws: `text_empty`, `text_too_long`, `text_invalid`.
  init(_ raw: String, field: String) throws(Rejection) {
    let text = String(Self.trimmed(raw))
    guard text.utf8.count <= Self.bytesMax else {
      throw Rejection(
        ChatRejection.textTooLong, "The text takes more than \(Self.bytesMax) bytes.", fields: field
      )
    }
    let count = text.count
    guard count <= Self.charactersMax else {
      throw Rejection(
        ChatRejection.textTooLong,
        "The text has \(count) characters; at most \(Self.charactersMax) can be sent at once.",
        fields: field)
    }
    guard text.unicodeScalars.contains(where: Self.isVisible) else {
      throw Rejection(
        ChatRejection.textEmpty, "The text has nothing to be seen in it.", fields: field)
    }
    guard !text.unicodeScalars.contains(where: Self.isForbidden) else {
      throw Rejection(
        ChatRejection.textInvalid,
        "The text contains line breaks, other control characters, or characters that turn its direction.",
        fields: field)
    }
    self.text = text
    characters = UInt32(count)
  }

  private static func trimmed(_ raw: String) -> Substring.UnicodeScalarView {
    var scalars = raw.unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return scalars
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint {
      return false
    }
    return switch scalar.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .unassigned, .surrogate: false
    default: true
    }
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069: true
    default:
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
  }
}
