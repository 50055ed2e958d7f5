/// An account's name: what a person types to sign in.
///
/// It is personal data and seen by operators alone; what other players see is the profile's name.
package struct AccountName: Hashable, Sendable, CustomStringConvertible {
  /// As it was given at registration.
  package let text: String

  /// What tells names apart: upper and lower case are the same.
  package var key: String { text.lowercased() }

  /// What a name looks like, after "An account's name".
  static let rule =
    "has 3 to 32 ASCII letters, digits, dots, underscores and hyphens, and begins with a letter"

  /// A name; nil for what an account may not be called.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard (3...32).contains(bytes.count), let first = bytes.first, Self.isLetter(first),
      bytes.allSatisfy({
        Self.isLetter($0) || (0x30...0x39).contains($0) || ".-_".utf8.contains($0)
      })
    else { return nil }
    self.text = text
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The text.
  package var description: String { text }
}
