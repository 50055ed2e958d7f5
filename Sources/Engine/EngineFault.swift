package import EventLog
import Schema

/// Why the engine cannot start or go on: for whoever runs the server.
package struct EngineFault: Error, Sendable, CustomStringConvertible {
  /// What kind of fault; stable, for programs.
  package enum Code: String, Sendable {
    /// A commit failed, or its outcome is unknown.
    ///
    /// What was acknowledged is safe; the rest is settled by the next start.
    case commitFailed = "commit_failed"
    /// Another writer has taken the log over.
    case fenced
    /// The log or an image is not what it should be.
    case damaged
    /// The world file cannot be used.
    case worldFile = "world_file"
    /// A scheduled job did not go away by being fired.
    case stuckJob = "stuck_job"
    /// Texts could not be kept or read.
    case texts
    /// A file could not be read or written.
    case files
  }

  /// What kind.
  package let code: Code
  /// What went wrong, where, and what to do.
  package let message: String
  /// What it came of.
  package let cause: (any Error)?

  /// A fault.
  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message, and the cause below it.
  package var description: String {
    cause.map { "\(message)\n  cause: \($0)" } ?? message
  }

  static func unplayable(_ position: Position, _ reason: String) -> Self {
    Self(
      .damaged,
      "The entry at position \(position) cannot be played: \(reason). Nothing was shown beyond it.")
  }

  static func textsNotKept(_ cause: any Error) -> Self {
    Self(
      .texts,
      """
      The texts of a batch could not be kept. Nothing of the batch was recorded or told to anybody, and the server ends. \
      Mend the cause, then start again.
      """,
      cause: cause)
  }

  /// Says that a newer writer has taken the texts over.
  package static func textsTaken(by current: Epoch, from epoch: Epoch) -> Self {
    Self(
      .fenced,
      """
      A newer server (epoch \(current)) has taken the texts over from this one (epoch \(epoch)). \
      Nothing was written. This server ends; the newer one goes on.
      """)
  }

  static func textsNotRead(_ cause: any Error) -> Self {
    Self(
      .texts,
      """
      The texts that an answer speaks of could not be read, so it was not given, and the server ends. \
      What was acknowledged is safe. Mend the cause, then start again.
      """,
      cause: cause)
  }

  static func stuckJob(_ job: JobRow) -> Self {
    Self(
      .stuckJob,
      """
      Firing the job \(job.kind) of \(job.subject), due at \(job.dueText), left it due. \
      This is a fault of the program; the log is sound up to here.
      """)
  }
}

extension JobRow {
  fileprivate var dueText: String { "\(dueUs) µs" }
}
