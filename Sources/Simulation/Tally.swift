/// What happened in a run, in numbers.
package struct Tally: Hashable, Sendable {
  /// Something that goes wrong around the server, or is out of the ordinary.
  package enum Incident: String, CaseIterable, Sendable {
    /// The process died between two steps.
    case crash
    /// The server was stopped in good order, and started again.
    case restart
    /// A connection was lost, and the server knew.
    case lostConnection = "lost_connection"
    /// A connection was lost, and the server did not know.
    case halfOpenConnection = "half_open_connection"
    /// A client resumed from where it left off.
    case resume
    /// A client did not read, and fell behind.
    case fellBehind = "fell_behind"
    /// A command was sent again.
    case retry
    /// The clock jumped.
    case clockJump = "clock_jump"
    /// The disk was full for a while.
    case diskFull = "disk_full"
  }

  /// Commands sent, those sent again included.
  package var commands = 0
  /// Questions asked.
  package var queries = 0
  /// Acknowledgements that clients read, by command.
  package var acknowledged: [CommandName: Int] = [:]
  /// Refusals that clients read, by code.
  package var rejected: [String: Int] = [:]
  /// Answers that clients read.
  package var answered = 0
  /// Entries in the log.
  package var entries = 0
  /// Events in them.
  package var events = 0
  /// Batches committed and told.
  package var batches = 0
  /// Times that the server came back after it had died or been stopped.
  package var recoveries = 0
  /// Looks at the books after a batch.
  package var checks = 0
  /// Comparisons of the live state with another.
  package var comparisons = 0
  /// Steps taken.
  package var steps = 0
  /// What went wrong on purpose, by its name.
  package private(set) var incidents: [String: Int] = [:]

  /// Acknowledgements that clients read, by the command's name.
  package var acknowledgedByName: [String: Int] {
    Dictionary(uniqueKeysWithValues: acknowledged.map { ($0.key.rawValue, $0.value) })
  }

  mutating func count(_ incident: Incident) {
    incidents[incident.rawValue, default: 0] += 1
  }

  mutating func count(_ fate: CommitFate) {
    incidents["commit_" + fate.rawValue, default: 0] += 1
  }
}
