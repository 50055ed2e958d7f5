import ArgumentParser

/// `finalverse rebuild`: computes all state afresh.
struct RebuildCommand: BesideServer {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Fold fresh images from the whole log, and compare them with the live ones.",
    discussion: """
      Without a server, the fresh images take the place of the old. While a server runs, they are written to DIR/rebuilt and compared with the \
      live ones at the same position; those of a version of which there is no image yet go where the next server looks for them. Ends with exit \
      code 65 if a live image differs from what the log says.

      What is folded is made durable on the way. When this is interrupted, run it again: it goes on from there.

      Examples:
        finalverse rebuild --data /srv/world
        finalverse rebuild --projection inventories --projection trades --into /tmp/fresh
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Only this projection; may be repeated.", valueName: "NAME"))
  var projection: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write the fresh images here and leave the live ones alone.", valueName: "DIR"))
  var into: String?

  @Option(
    help: ArgumentHelp(
      "How often what is folded is made durable, such as 30s.", valueName: "TIME"))
  var saveEvery: TimeSpan?

  @OptionGroup var pace: PaceOptions

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    for name in projection where !ProjectionName.all.contains(where: { $0.name == name }) {
      let names = ProjectionName.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no projection '\(name)'. There are: \(names).")
    }
  }

  func run() throws {
    let chosen = ProjectionName.all.filter { projection.isEmpty || projection.contains($0.name) }
    var rebuild = Rebuild(data: data.directory, projections: chosen, target: into)
    rebuild.diskPace = pace.diskPace(beside: data.directory)
    if let saveEvery { rebuild.pace.time = saveEvery.duration }
    let report = try rebuild.run()
    print(json ? report.json.text : report.text)
    if !report.isSame {
      throw Failure(
        .damaged,
        """
        a live image differs from what the log says. The log is right: rebuild with the server stopped, and report it with the log.
        """)
    }
  }
}
