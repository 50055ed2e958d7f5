import Foundation

/// A password as it is hashed.
///
/// It is brought into Unicode's normalization form C, so that the same characters typed on different
/// machines are the same password (as RFC 8265 has it for passwords). Nothing else is asked of it
/// than a length.
package struct Password: Sendable {
  /// The fewest and the most characters of a new one.
  package static let characters = 8...128
  /// The most bytes that are looked at, normalized or not.
  package static let byteCountMax = 512

  /// What a new password has.
  static let rule = "\(characters.lowerBound) to \(characters.upperBound) characters"

  let bytes: [UInt8]

  /// A password that somebody gives as theirs.
  ///
  /// - Throws: `bad_credentials` for what no password can be.
  package init(given text: String) throws(AccountRefusal) {
    guard let bytes = Self.normalized(text) else { throw .badCredentials }
    self.bytes = bytes
  }

  /// A password that somebody wants to have.
  ///
  /// - Throws: `weak_password` for one too short or too long.
  package init(new text: String) throws(AccountRefusal) {
    guard let bytes = Self.normalized(text), Self.characters.contains(text.count) else {
      throw .weakPassword
    }
    self.bytes = bytes
  }

  private static func normalized(_ text: String) -> [UInt8]? {
    guard text.utf8.count <= byteCountMax else { return nil }
    let bytes = Array(text.precomposedStringWithCanonicalMapping.utf8)
    return (1...byteCountMax).contains(bytes.count) ? bytes : nil
  }
}
