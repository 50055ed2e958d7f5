import ArgumentParser
import Engine

/// `finalverse backup`: copies a world to somewhere safe.
struct BackupCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a world while it is served.",
    discussion: """
      Copies the log as it is at one moment, and the world file, accounts and keys beside it. The server goes on meanwhile. Into a directory that has \
      an older backup of the same world, only what is new is copied: segments that were sealed are left as they are. The copy is checked, byte \
      by byte, before the command ends; note the head that it prints, for it proves the whole history before it.

      A backup is a data directory: replay, status and verify look into it.

      Examples:
        finalverse backup --data /srv/world --to /mnt/backup/world
        finalverse verify --data /mnt/backup/world
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Where the backup is, or is to be.", valueName: "DIR"))
  var to: String

  @OptionGroup var pace: PaceOptions

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let report = try Backup.make(
      of: data.directory, in: DataDirectory(to), pace: pace.diskPace(beside: data.directory))
    print(json ? report.json.text : report.text("backed up"))
  }
}
