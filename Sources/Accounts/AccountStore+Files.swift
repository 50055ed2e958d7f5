import GRDB
import PersonalData
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
    let personal = [account?.name, account?.name.lowercased(), account?.mail].compactMap { $0 }
    // Where there is no account, it may have been erased before, and its journal not been emptied.
    try removeBytes(of: personal, isAgain: account == nil) {
      """
      player \(player) is erased, but \(path)-wal still holds old bytes, because somebody reads the store. Erase it again, by its number: \
      finalverse account erase \(player)
      """
    }
  }

  /// Gives an account another mail address, or none; the former is erased as ``erase(_:)`` does.
  ///
  /// - Returns: Whether there is such an account.
  /// - Throws: ``AccountFault``; when the former's bytes could not be removed yet, it says so, and the same
  ///   again removes them.
  package func changeMail(
    of player: PlayerID, to mail: MailAddress?
  ) throws(AccountFault) -> Bool {
    guard let former = try replaceMail(of: player, by: mail) else { return false }
    try removeBytes(of: [former.mail].compactMap { $0 }, isAgain: former.mail == mail?.text) {
      """
      the mail address of player \(player) is changed, but \(path)-wal still holds the former, because somebody reads the store. Give the \
      command again when that is over.
      """
    }
    return true
  }

  /// Sees that texts are nowhere in the store's files any more, once no row has them.
  ///
  /// SQLite overwrites what it deletes, but not what it left behind when it moved rows: where the file
  /// still has one of the texts, or they are not known any more, it is written anew.
  ///
  /// - Parameters:
  ///   - isAgain: Whether they may have been deleted before, and are not known.
  ///   - patience: How long one waits for those who read, in seconds; nil for as long as for a writer.
  ///   - message: What to say when the journal still has them.
  func removeBytes(
    of texts: [String], isAgain: Bool = false, patience: Double? = nil,
    orSay message: () -> String
  ) throws(AccountFault) {
    func emptyJournal() throws(AccountFault) {
      let isEmpty = try Self.faults(of: path) {
        try database.inDatabase { try PersonalFile.emptyJournal(of: $0, patience: patience) }
      }
      guard isEmpty else { throw AccountFault(.inputOutput, message()) }
    }
    try emptyJournal()
    let isFound = try Self.faults(of: path) { try search.contains(anyOf: texts) }
    guard isFound || isAgain else { return }
    try Self.faults(of: path) { try database.vacuum() }
    try emptyJournal()
  }

  /// Copies the store as it is at one moment, while others use it.
  ///
  /// The copy takes the place of an older one at once, or not at all.
  ///
  /// - Parameter copy: The file to make, in a directory that is there.
  package func backUp(to copy: String) throws(AccountFault) {
    try Self.faults(of: copy) { try PersonalFile.copy(database, to: copy) }
  }
}
