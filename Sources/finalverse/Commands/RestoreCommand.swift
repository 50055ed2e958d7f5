import ArgumentParser
import Engine
import EventLog

/// `finalverse restore`: makes a world from a backup.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a data directory from a backup, as of its end or of an earlier moment.",
    discussion: """
      The directory must have no log yet. Everything is checked before the command ends. The head that it prints is the one that was printed by \
      the backup at the same position; with --expect-head the command compares them itself.

      Examples:
        finalverse restore /mnt/backup/world --data /srv/restored
        finalverse restore /mnt/backup/world --data /srv/before --until 2026-11-24T00:27:00Z
        finalverse restore /mnt/backup/world --data /srv/restored --position 11625 --expect-head 4abdc2ea…
      """)

  @Argument(help: ArgumentHelp("The backup, or any data directory.", valueName: "BACKUP"))
  var backup: String

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The last position to be there.", valueName: "POSITION"))
  var position: UInt64?

  @Option(help: ArgumentHelp("Nothing after this time.", valueName: "TIME"))
  var until: Moment?

  @Option(help: ArgumentHelp("The head that the restored log must have.", valueName: "HEX"))
  var expectHead: String?

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    if position != nil, until != nil {
      throw ValidationError("Give --position or --until, not both.")
    }
    if let position, position == 0 {
      throw ValidationError("--position is 1 or more.")
    }
  }

  func run() async throws {
    let report = try await Backup.restore(
      DataDirectory(backup), to: data.directory, through: try last())
    print(json ? report.json.text : report.text("restored"))
    let head = "\(report.log.summary.head)"
    if let expectHead, expectHead.lowercased() != head {
      throw Failure(
        .damaged,
        """
        the restored log has head \(head), and \(expectHead) was expected. It is whole in itself, but not the history that was noted. \
        Do not serve it; look for another backup.
        """)
    }
  }

  /// The last position asked for; nil for all.
  ///
  /// - Throws: A ``Failure`` for a moment that the backup does not have, or what opening it throws.
  private func last() throws -> Position? {
    // Also for all of it: where there is no backup, nothing is made.
    let log = try LMDBEventLog(directory: DataDirectory(backup).log, access: .readOnly)
    let summary = try log.summary()
    if let position {
      guard position <= summary.lastPosition.rawValue else {
        throw Failure(
          .noData,
          "there is no position \(position) in \(backup): it ends at \(summary.lastPosition). "
            + "Nothing was restored.")
      }
      return Position(position)
    }
    guard let until else { return nil }
    let following = Timestamp(microseconds: until.timestamp.microseconds + 1)
    guard let next = try log.firstPosition(atOrAfter: following) else { return nil }
    guard next > summary.firstPosition else {
      throw Failure(
        .noData,
        "what is in \(backup) begins after \(until.timestamp). Nothing was restored. "
          + "Choose a later time.")
    }
    return next.advanced(by: -1)
  }
}
