public import EventLog

/// A log under test, and what it takes to open it again.
public protocol EventLogFixture: AnyObject, Sendable {
  /// The log as it is open now. Held by nobody else, so that ``reopen()`` can let go of it.
  var log: any EventLog { get }

  /// Opens the log again, after its last user has gone without a farewell as when a process is killed.
  ///
  /// - Returns: false when the log does not outlive its user; it is then as before.
  func reopen() throws -> Bool

  /// Opens the log for a second writer while the first still has it, as a take-over does after the first
  /// seemed dead: whatever lock keeps writers apart is circumvented.
  ///
  /// - Returns: The second writer's log. The first is still ``log``, until ``reopen()``.
  func rival() throws -> any EventLog
}
