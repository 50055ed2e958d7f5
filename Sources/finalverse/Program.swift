import ArgumentParser

/// The command-line program.
///
/// Each command is a type of its own in `Commands/`; what it prints and how it fails is kept in small types beside, so that it can be
/// tested without a process.
@main
enum Program {
  static func main() async {
    do {
      var command = try Finalverse.parseAsRoot()
      (command as? any BesideServer)?.giveWay()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let failure = Failure(error) else { Finalverse.exit(withError: error) }
      Console.complain("finalverse: \(failure.message)")
      Finalverse.exit(withError: ExitCode(failure.status.rawValue))
    }
  }
}

/// The root: it only lists the commands.
struct Finalverse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finalverse",
    abstract: "A living, shared world, kept as one log of everything that ever happened.",
    discussion: """
      Start a world, let a crowd play in it, and look at what they did:

        finalverse serve --data ./world-data
        finalverse bots --count 20 --for 30s
        finalverse top
        finalverse replay --data ./world-data --limit 20

      Every command has a --help with an example. Exit codes: \(ExitStatus.summary).
      """,
    version: "1",
    subcommands: [
      ServeCommand.self, BotsCommand.self, ShowCommand.self, ReplayCommand.self,
      TimelineCommand.self, DiffCommand.self, RecordCommand.self, ExportCommand.self,
      StatusCommand.self, TopCommand.self,
      VerifyCommand.self, RebuildCommand.self, KeepCommand.self, ArchiveCommand.self,
      RetainCommand.self, HoldCommand.self, BackupCommand.self, RestoreCommand.self,
      AccountCommand.self, RoleCommand.self, ChatTextsCommand.self, MelodyCommand.self,
      SimulateCommand.self,
    ])
}
