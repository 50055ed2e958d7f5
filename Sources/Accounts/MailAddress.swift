/// Where a person can be reached.
///
/// Only its form is looked at: whether mail arrives there is for whoever writes to it.
package struct MailAddress: Hashable, Sendable {
  /// The address.
  package let text: String

  /// An address; nil for what cannot be one: something, `@`, something, 254 bytes at most, without
  /// white space or control characters.
  package init?(_ text: String) {
    guard text.utf8.count <= 254, let at = text.lastIndex(of: "@"), at != text.startIndex,
      text.index(after: at) != text.endIndex,
      text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }),
      !text.contains(where: \.isWhitespace)
    else { return nil }
    self.text = text
  }
}
