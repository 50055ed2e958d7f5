import ArgumentParser
import Engine
import EventLog
import Foundation
import Texts

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

  /// The texts that go with the log's entries; nil where none were ever kept.
  ///
  /// - Throws: ``Texts/TextFault``, or what ``openLog()`` throws where there is no world.
  func openTexts(_ access: TextFile.Access) throws -> TextFile? {
    guard FileManager.default.fileExists(atPath: directory.texts) else {
      _ = try openLog()
      return nil
    }
    return try TextFile(directory.texts, access: access)
  }
}
