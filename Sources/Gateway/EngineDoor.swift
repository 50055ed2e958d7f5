package import Engine
package import EventLog
package import Metrics
import Schema
package import World

/// What the gateway needs of the engine.
package protocol EngineDoor: Sendable {
  /// Registers what reaches the connections of one event loop; before the engine starts.
  ///
  /// - Returns: The number by which connections name it.
  func addOutlet(_ outlet: any Outlet) -> Int

  /// Hands over what came.
  ///
  /// False when the inbox is full: then nothing was taken. What ends or marks a session is always
  /// taken.
  ///
  /// Does not block, so that an event loop may call it. What was handed over may lie until ``wake()``
  /// is called.
  func submit(_ inbound: Inbound) -> Bool

  /// Sees that what was handed over is dealt with.
  func wake()

  /// The log, for reading what a client missed.
  ///
  /// Reading blocks.
  var history: any EntryReader { get }

  /// The texts that go with entries, for reading what a client missed.
  ///
  /// Reading blocks.
  var texts: any TextStore { get }

  /// The world's grid; fixed once the engine has started.
  var grid: Grid { get }

  /// After how long without a command a player counts as idle, in microseconds; fixed once the
  /// engine has started.
  var idleAfterMicroseconds: Int64 { get }

  /// Whether commands can be taken, and how far the log goes.
  func readiness() -> Readiness

  /// Writes what can be told of the engine while it runs.
  ///
  /// Reading blocks; a busy engine does not.
  func addMetrics(to text: inout MetricsText)
}

/// Whether the engine takes commands.
package struct Readiness: Sendable {
  /// Whether it does: recovered, and with room on the disk.
  package let isReady: Bool
  /// The last durable position.
  package let position: Position

  /// What is known at one moment.
  package init(isReady: Bool, position: Position) {
    self.isReady = isReady
    self.position = position
  }
}

extension Engine: EngineDoor {
  /// The log.
  package var history: any EntryReader { log }

  /// What the world's rules say.
  package var idleAfterMicroseconds: Int64 { rules.idleAfterUs }

  /// As of the engine's last hand-over.
  package func readiness() -> Readiness {
    let status = self.status
    return Readiness(isReady: status.acceptsCommands, position: status.position)
  }
}

extension Playback: EngineDoor {
  /// The recording's entries.
  package var history: any EntryReader { entries }

  /// None: a recording has that something was said, and not what.
  package var texts: any TextStore { InMemoryTextStore() }

  /// For ever: those who watch do nothing, and are not idle for that.
  package var idleAfterMicroseconds: Int64 { .max }

  /// As of what was shown last; no command is ever taken, and to be watched it is ready at once.
  package func readiness() -> Readiness {
    Readiness(isReady: true, position: status.position)
  }
}
