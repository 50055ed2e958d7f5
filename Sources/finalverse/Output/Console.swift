import Foundation

/// What the program says besides its output: to people, on standard error.
enum Console {
  /// Whether somebody watches standard error on a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes text as it is.
  static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// Writes a line.
  static func complain(_ line: String) {
    write(line + "\n")
  }
}
