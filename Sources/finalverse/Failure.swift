import EventLog

/// Why the program ends without having done what it was asked: a sentence for people, a number for scripts.
struct Failure: Error, Equatable, Sendable {
  /// How the process ends.
  let status: ExitStatus
  /// What failed, where, and what to do.
  let message: String

  /// A failure.
  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
