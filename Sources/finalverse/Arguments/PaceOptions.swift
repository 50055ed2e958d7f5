import ArgumentParser
import Engine
import EventLog

/// How fast a command writes that may be given beside a server.
struct PaceOptions: ParsableArguments {
  @Flag(
    help: """
      Write as fast as the disk does, beside a server too; its players wait longer meanwhile.
      """)
  var atFullSpeed = false

  /// Gentle beside the server that has the directory, unless told otherwise.
  func diskPace(beside data: DataDirectory) -> DiskPace {
    atFullSpeed ? .full : data.diskPace
  }
}
