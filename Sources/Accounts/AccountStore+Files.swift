import Foundation
import GRDB
package import World

extension AccountStore {
  /// Erases what there is of a player: name, mail address, password, tokens.
  ///
  /// What is left is that the number was erased, so that nothing made before lets anybody in. When
  /// this returns, the bytes are gone from the store's files too; they are looked for. Open sessions
  /// end: a running server sees to it within a second.
  ///
  /// - Throws: ``AccountFault``; when the bytes could not be removed yet, it says so, and erasing again
  ///   removes them.
  package func erase(_ player: PlayerID) throws(AccountFault) {
    let account = try account(of: player)
    try change { database in
      for table in ["accounts", "resets"] {
        try database.execute(
          sql: "DELETE FROM \(table) WHERE player = ?", arguments: [player.stored])
      }
      try Self.revoke(database, player, isErased: true)
    }
    try emptyJournal(of: player)
    let personal = [account?.name, account?.name.lowercased(), account?.mail].compactMap { $0 }
    // SQLite overwrites what it deletes, but not what it left behind when it moved rows. Where there
    // is no account, it may have been erased before, and its journal not been emptied.
    let isFound = try contains(anyOf: personal)
    if isFound || account == nil {
      try Self.faults(of: path) { try database.vacuum() }
      try emptyJournal(of: player)
    }
  }

  /// Empties the journal after an erasure.
  private func emptyJournal(of player: PlayerID) throws(AccountFault) {
    guard try emptyJournal() else {
      throw AccountFault(
        .inputOutput,
        """
        player \(player) is erased, but \(path)-wal still holds old bytes, because somebody reads the store. Erase it again, by its number: \
        finalverse account erase \(player)
        """)
    }
  }

  /// Moves everything from the journal beside the store into the store, and empties the journal.
  ///
  /// - Returns: Whether it is empty; somebody who reads the store keeps it from that.
  @discardableResult
  func emptyJournal() throws(AccountFault) -> Bool {
    try Self.faults(of: path) {
      try database.inDatabase { database in
        let result = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        return result?[0] == 0
      }
    }
  }

  /// Whether the store's file has any of the texts anywhere in it.
  private func contains(anyOf texts: [String]) throws(AccountFault) -> Bool {
    guard let overlap = texts.map(\.utf8.count).max() else { return false }
    return try Self.faults(of: path) {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var kept = Data()
      while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
        let whole = kept + block
        if texts.contains(where: { whole.range(of: Data($0.utf8)) != nil }) { return true }
        kept = Data(whole.suffix(overlap - 1))
      }
      return false
    }
  }

  /// Copies the store as it is at one moment, while others use it.
  ///
  /// The copy takes the place of an older one at once, or not at all.
  ///
  /// - Parameter copy: The file to make, in a directory that is there.
  package func backUp(to copy: String) throws(AccountFault) {
    let draft = copy + ".new"
    try Self.faults(of: copy) {
      let manager = FileManager.default
      for file in [draft, draft + "-wal", draft + "-shm", copy + "-wal", copy + "-shm"]
      where manager.fileExists(atPath: file) {
        try manager.removeItem(atPath: file)
      }
      _ = manager.createFile(
        atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
      let target = try DatabaseQueue(path: draft)
      try database.backup(to: target)
      try target.close()
      guard unsafe rename(draft, copy) == 0 else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
  }
}
