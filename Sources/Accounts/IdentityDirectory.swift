package import EventLog
import FoundationEssentials
import Glibc
import PersonalData
package import World

/// The directory that proves identities: the store of accounts, with the keys that tokens are signed
/// with, and the operator's token.
///
/// Only its owner may read it. It is apart from the log, and no part of history.
package struct IdentityDirectory: Sendable {
  /// Where it is.
  package let path: String

  /// A directory, there or to come.
  package init(path: String) {
    self.path = path
  }

  /// The file with the operator's token.
  package var operatorTokenFile: String { path + "/operator.token" }

  /// The store of accounts and keys.
  package var storeFile: String { path + "/accounts.sqlite" }

  /// Where the one key was before there was a store.
  private var formerKeyFile: String { path + "/token-key" }

  /// Opens what a server needs; makes it at the first start.
  ///
  /// An operator's token that the newest key has not signed is replaced.
  ///
  /// - Parameters:
  ///   - world: What names this world among others.
  ///   - nextPlayer: The number of the first player who is to come; whatever the store has of this and
  ///     later ones is forgotten, since the log knows nothing of them.
  ///   - configuration: How accounts are dealt with.
  /// - Throws: ``AccountFault``; also when there was a store and there is none.
  package func open(
    world: String, nextPlayer: PlayerID, configuration: AccountsConfiguration
  ) async throws(AccountFault) -> AccountDesk {
    let now = configuration.now()
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw fault("create", path) }
    let formerKey = try read(formerKeyFile)
    if unsafe access(storeFile, F_OK) != 0, formerKey == nil, try read(operatorTokenFile) != nil {
      throw AccountFault(
        .missing,
        """
        \(storeFile) is gone, and with it every account and what guests prove themselves with. Restore it from a backup. To go on without \
        it, remove \(operatorTokenFile) too: then nobody who played before can come back.
        """)
    }
    let store = try AccountStore(path: storeFile, world: world, isMade: true)
    if try store.keys().isEmpty {
      let key =
        if let formerKey { SigningKey(id: "first", pem: formerKey, retires: nil) } else {
          try Tokens.newKey()
        }
      _ = try await Tokens(keys: [key], world: world)
      try store.addKey(key, at: now, isAtOnce: false)
    }
    if formerKey != nil, unsafe unlink(formerKeyFile) != 0 { throw fault("remove", formerKeyFile) }
    try store.setTokenLife(configuration.tokenLife)
    try store.deleteRetiredKeys(at: now)
    let tokens = try await Tokens(keys: try store.keys(), world: world)
    try await renewOperatorToken(in: store, at: now)
    let forgotten = try store.forgetPlayers(from: nextPlayer)
    if forgotten > 0 {
      configuration.onFault(
        AccountFault(
          .missing,
          "accounts of players whom the log does not know are forgotten: \(forgotten)"))
    }
    return try AccountDesk(store, tokens, world: world, configuration)
  }

  /// Opens the store beside a server or without one, for an operator.
  ///
  /// - Throws: ``AccountFault``
  package func openStore() throws(AccountFault) -> AccountStore {
    try AccountStore(path: storeFile, world: nil, isMade: false)
  }

  /// Signs with a new key from now on, the operator's token first.
  ///
  /// A running server follows within a second. Tokens of the keys before are good until they expire;
  /// the operator's former token, which does not, for as long as a player's token lives.
  ///
  /// - Parameter isAtOnce: Whether all tokens of the keys before are void at once; refresh tokens and
  ///   passwords are not.
  /// - Throws: ``AccountFault``
  package func rotateKey(at now: Timestamp, isAtOnce: Bool) async throws(AccountFault) {
    let store = try openStore()
    try store.addKey(try Tokens.newKey(), at: now, isAtOnce: isAtOnce)
    try await renewOperatorToken(in: store, at: now)
  }

  /// The operator's token; nil when there is no file.
  ///
  /// - Throws: ``AccountFault`` when the file cannot be read.
  package func operatorToken() throws(AccountFault) -> String? {
    try read(operatorTokenFile)
  }

  /// Signs the operator's token anew unless the newest key has signed the one that is there.
  ///
  /// One of a key before would end with that key, for all that the file knows.
  private func renewOperatorToken(
    in store: AccountStore, at now: Timestamp
  ) async throws(AccountFault) {
    let tokens = try await Tokens(keys: try store.keys().suffix(1), world: try store.world())
    if let known = try read(operatorTokenFile),
      await tokens.contents(of: known, at: now)?.bearer == .operator
    {
      return
    }
    do {
      let token = try await tokens.token(for: .operator, at: now, expires: nil)
      try write(token, to: operatorTokenFile)
    } catch let fault as AccountFault {
      throw fault
    } catch {
      throw AccountFault(.damaged, "the operator's token cannot be signed")
    }
  }

  /// A file's text without white space around it; nil when there is no file.
  private func read(_ file: String) throws(AccountFault) -> String? {
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
  private func write(_ text: String, to file: String) throws(AccountFault) {
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
    try AccountStore.faults(of: path) { try PersonalFile.synchronize(path) }
  }

  private func fault(_ verb: String, _ file: String) -> AccountFault {
    AccountFault(
      .inputOutput, "cannot \(verb) \(file): \(unsafe String(cString: strerror(errno)))")
  }
}
