import Engine
package import EventLog
import Glibc
import JWTKit
import World

/// The directory that proves identities: the key that tokens are signed with, and the operator's
/// token.
///
/// Only its owner may read it.
///
/// It is apart from the log, and no part of history.
package struct IdentityDirectory: Sendable {
  /// Where it is.
  package let path: String

  /// A directory, there or to come.
  package init(path: String) {
    self.path = path
  }

  /// The file with the operator's token.
  package var operatorTokenFile: String { path + "/operator.token" }

  private var keyFile: String { path + "/token-key" }

  /// Reads the key; makes it, and the operator's token, at the first start.
  ///
  /// An operator's token that the key has not signed is replaced.
  ///
  /// - Parameters:
  ///   - issuer: What names this world among others.
  ///   - now: The time, for a token that is made.
  /// - Throws: ``IdentityFault``
  package func open(issuer: String, now: Timestamp) async throws -> Tokens {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw fault("create", path) }
    if try read(keyFile) == nil {
      try write(EdDSA.PrivateKey().pemRepresentation, to: keyFile)
    }
    guard let key = try read(keyFile) else { throw fault("read", keyFile) }
    let tokens: Tokens
    do {
      tokens = try await Tokens(key: key, issuer: issuer)
    } catch {
      throw IdentityFault(
        message: "\(keyFile) is no Ed25519 key in PEM. Restore it from a backup; without it, "
          + "players cannot prove who they are.")
    }
    if let known = try read(operatorTokenFile),
      case .operator? = await tokens.credential(of: known)
    {
      return tokens
    }
    let requester = Requester(actor: .operator, role: .operator)
    try write(try await tokens.token(for: requester, at: now), to: operatorTokenFile)
    return tokens
  }

  /// The operator's token; nil when there is no file.
  ///
  /// - Throws: ``IdentityFault`` when the file cannot be read.
  package func operatorToken() throws(IdentityFault) -> String? {
    try read(operatorTokenFile)
  }

  /// A file's text without white space around it; nil when there is no file.
  private func read(_ file: String) throws(IdentityFault) -> String? {
    let descriptor = unsafe Glibc.open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw fault("read", file)
    }
    defer { _ = Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw fault("read", file) }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// Puts a file there, whole or not at all, readable by its owner only.
  private func write(_ text: String, to file: String) throws(IdentityFault) {
    let draft = file + ".new"
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = unsafe Glibc.open(draft, flags, 0o600)
    guard descriptor >= 0 else { throw fault("write", draft) }
    let bytes = Array((text + "\n").utf8)
    let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
    let isWritten =
      fchmod(descriptor, 0o600) == 0 && written == bytes.count && fsync(descriptor) == 0
    let isClosed = Glibc.close(descriptor) == 0
    guard isWritten, isClosed, unsafe rename(draft, file) == 0 else { throw fault("write", file) }
  }

  private func fault(_ verb: String, _ file: String) -> IdentityFault {
    IdentityFault(message: "cannot \(verb) \(file): \(unsafe String(cString: strerror(errno)))")
  }
}

/// The identity directory cannot be used.
package struct IdentityFault: Error, CustomStringConvertible {
  /// What failed, where, and what to do.
  package let message: String

  /// The message.
  package var description: String { message }
}
