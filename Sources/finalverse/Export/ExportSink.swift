/// Where the rows of an export go: a format.
///
/// Used by one thread.
protocol ExportSink: AnyObject {
  /// Adds a row to a table.
  ///
  /// - Throws: A ``Failure`` when it cannot be written.
  func write(_ row: borrowing ExportRow, to table: Int) throws

  /// Writes what is not written yet, and puts in order what it takes to find rows quickly.
  ///
  /// - Throws: A ``Failure`` when it cannot be written.
  func finish() throws
}

/// How an export is written.
enum ExportFormat: String, CaseIterable, Sendable {
  /// A database in one file.
  case sqlite
  /// A directory with a file of comma-separated values for each table.
  case csv
  /// A directory with a file of JSON lines for each table.
  case jsonl

  /// Whether it is a directory.
  var isDirectory: Bool { self != .sqlite }
}
