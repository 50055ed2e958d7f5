/// Where a person can be reached.
///
/// Only its form is looked at: whether mail arrives there is for whoever writes to it.
package struct MailAddress: Hashable, Sendable {
  /// The address.
  package let text: String

  /// An address; nil for what cannot be one: something, `@`, something, 254 bytes at most, without
  /// white space, and without characters that take over a screen it is shown on.
  package init?(_ text: String) {
    guard text.utf8.count <= 254, let at = text.lastIndex(of: "@"), at != text.startIndex,
      text.index(after: at) != text.endIndex,
      text.unicodeScalars.allSatisfy(Self.isAllowed)
    else { return nil }
    self.text = text
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.properties.isWhitespace else { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: false
    default: true
    }
  }
}
