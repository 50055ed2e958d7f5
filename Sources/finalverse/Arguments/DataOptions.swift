import ArgumentParser
import Engine
import EventLog

/// The data directory, for every command that needs one.
struct DataOptions: ParsableArguments {
  @Option(name: .customLong("data"), help: ArgumentHelp("The data directory.", valueName: "DIR"))
  var path = "./world-data"

  /// What is where in it.
  var directory: DataDirectory { DataDirectory(path) }

  /// The log, for reading; a server may be writing it.
  ///
  /// - Throws: ``EventLog/LogFault``
  func openLog() throws -> LMDBEventLog {
    try LMDBEventLog(directory: directory.log, access: .readOnly)
  }
}
