import Crypto
import CryptoExtras
import Foundation

/// What a password's hash costs whoever computes it.
package struct PasswordCost: Hashable, Sendable {
  /// The binary logarithm of scrypt's N; 1...20.
  package let logRounds: Int
  /// Scrypt's r; 1...32.
  package let blockSize: Int
  /// Scrypt's p; 1...4.
  package let parallelism: Int

  /// N = 2¹⁵, r = 8, p = 1: 32 MiB of memory, and some 75 ms.
  package static let standard = Self(checkedLogRounds: 15, blockSize: 8, parallelism: 1)
  /// For tests alone: next to nothing.
  package static let cheap = Self(checkedLogRounds: 4, blockSize: 8, parallelism: 1)

  private init(checkedLogRounds: Int, blockSize: Int, parallelism: Int) {
    logRounds = checkedLogRounds
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  /// A cost; nil beyond the ranges, and above 256 MiB.
  package init?(logRounds: Int, blockSize: Int, parallelism: Int) {
    guard (1...20).contains(logRounds), (1...32).contains(blockSize), (1...4).contains(parallelism),
      128 * blockSize * parallelism << logRounds <= 256 << 20
    else { return nil }
    self.init(checkedLogRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
  }
}

/// A password's hash by scrypt, with the salt and the cost it was made with.
///
/// As text it is a PHC string, `$scrypt$ln=15,r=8,p=1$SALT$HASH`, both in base 64 without padding: a
/// later program can ask more of new hashes and still check old ones.
package struct PasswordHash: Sendable, CustomStringConvertible {
  private static let saltCount = 16
  private static let hashCount = 32

  /// What it cost.
  package let cost: PasswordCost
  private let salt: [UInt8]
  private let hash: SymmetricKey

  /// Hashes a password with a random salt.
  ///
  /// Takes as long as the cost says; blocks.
  ///
  /// - Throws: `unavailable` when there is no memory for it.
  package init(of password: Password, cost: PasswordCost) throws(AccountRefusal) {
    let salt = Secret.randomBytes(Self.saltCount)
    self.cost = cost
    self.salt = salt
    hash = try Self.derive(password, salt, cost)
  }

  /// Reads a stored hash; nil for what is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let salt = Secret.bytes(base64: parts[3]), (8...64).contains(salt.count),
      let hash = Secret.bytes(base64: parts[4]), hash.count == Self.hashCount
    else { return nil }
    var numbers: [String: Int] = [:]
    for pair in parts[2].split(separator: ",") {
      let sides = pair.split(separator: "=")
      guard sides.count == 2, let number = Int(sides[1]) else { return nil }
      numbers[String(sides[0])] = number
    }
    guard let logRounds = numbers["ln"], let blockSize = numbers["r"],
      let parallelism = numbers["p"],
      let cost = PasswordCost(
        logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
    else { return nil }
    self.cost = cost
    self.salt = salt
    self.hash = SymmetricKey(data: hash)
  }

  /// Whether the password is the one that was hashed.
  ///
  /// Takes as long as the cost says, whether it is or not; blocks.
  ///
  /// - Throws: `unavailable` when there is no memory for it.
  package func matches(_ password: Password) throws(AccountRefusal) -> Bool {
    // Keys are compared in constant time.
    try Self.derive(password, salt, cost) == hash
  }

  private static func derive(
    _ password: Password, _ salt: [UInt8], _ cost: PasswordCost
  ) throws(AccountRefusal) -> SymmetricKey {
    do {
      return try KDF.Scrypt.deriveKey(
        from: password.bytes, salt: salt, outputByteCount: hashCount, rounds: 1 << cost.logRounds,
        blockSize: cost.blockSize, parallelism: cost.parallelism)
    } catch {
      throw .unavailable
    }
  }

  /// The text that is stored.
  package var description: String {
    let bytes = unsafe hash.withUnsafeBytes { unsafe Array($0) }
    return "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
      + "$\(Secret.base64(salt))$\(Secret.base64(bytes))"
  }
}
