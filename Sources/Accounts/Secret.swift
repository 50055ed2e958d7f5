import Crypto
import Foundation

/// Random bytes that prove something, and how they are written and kept.
enum Secret {
  /// Bytes that nobody can guess.
  static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// What is kept of a secret that is long and random: enough to know it again, not to use it.
  static func digest(_ bytes: [UInt8]) -> Data {
    Data(SHA256.hash(data: bytes))
  }

  /// Base 64 without padding.
  static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().filter { $0 != "=" }
  }

  /// Reads base 64 without padding; nil for what is none.
  static func bytes(base64 text: String) -> [UInt8]? {
    guard text.utf8.count <= 256 else { return nil }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: text + padding).map(Array.init)
  }

  /// Whether two digests are the same, in the same time wherever they differ.
  static func isSame(_ one: Data, _ other: Data) -> Bool {
    SymmetricKey(data: one) == SymmetricKey(data: other)
  }
}

/// A refresh token: which chain of tokens it belongs to, and a secret that is good once.
struct RefreshToken {
  private static let familyCount = 16
  private static let secretCount = 24

  /// The chain that began with a sign-in; every token of it is made from the one before.
  let family: Data
  private let secret: [UInt8]

  /// The next token of a family, or the first of a new one.
  init(family: Data? = nil) {
    self.family = family ?? Data(Secret.randomBytes(Self.familyCount))
    secret = Secret.randomBytes(Self.secretCount)
  }

  /// Reads a token; nil for what cannot be one.
  init?(_ text: String) {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    guard let bytes = Secret.bytes(base64: standard),
      bytes.count == Self.familyCount + Self.secretCount
    else { return nil }
    family = Data(bytes[..<Self.familyCount])
    secret = Array(bytes[Self.familyCount...])
  }

  /// What is kept of it.
  var digest: Data { Secret.digest(secret) }

  /// As a client keeps it: 54 characters of base 64 for addresses.
  var text: String {
    Secret.base64(Array(family) + secret).replacing("+", with: "-").replacing("/", with: "_")
  }
}

/// A code with which a password is set anew: 20 letters and digits that are not mistaken for one
/// another, read out or typed.
package struct ResetCode: Sendable, CustomStringConvertible {
  private static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
  private static let count = 20

  private let letters: [UInt8]

  /// A code that nobody can guess.
  init() {
    letters = Secret.randomBytes(Self.count).map { byte in
      Self.alphabet[Int(byte) % Self.alphabet.count].asciiValue ?? 0
    }
  }

  /// Reads a code as somebody typed it: case, blanks and hyphens do not matter; nil for what cannot
  /// be one.
  init?(_ text: String) {
    guard text.utf8.count <= 64 else { return nil }
    letters = text.uppercased().utf8.filter { $0 != 0x20 && $0 != 0x2D }
    guard letters.count == Self.count else { return nil }
  }

  /// What is kept of it.
  var digest: Data { Secret.digest(letters) }

  /// In groups of five.
  package var description: String {
    stride(from: 0, to: letters.count, by: 5)
      .map { String(decoding: letters[$0..<min($0 + 5, letters.count)], as: UTF8.self) }
      .joined(separator: "-")
  }
}
