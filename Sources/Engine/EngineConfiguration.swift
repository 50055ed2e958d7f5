import EventLog
package import Projection
package import Schema
import World

/// What the engine is given.
package struct EngineConfiguration: Sendable {
  /// Where it reads the time.
  package var clock: any Clock = SystemClock()
  /// Requests that may wait in the inbox; more are refused.
  package var inboxCapacity = 65_536
  /// How often changed rows are written to the images, in microseconds.
  package var imageInterval: Int64 = 500_000
  /// A segment of the log that has grown to this many bytes is followed by another.
  package var segmentBytesMax = 1 << 30
  /// A segment whose first entry is this old when another comes is followed by another, in microseconds;
  /// nil when only size counts.
  package var segmentAgeMax: Int64?
  /// How old the last entry of a sealed segment must be for it to be archived, in microseconds; nil when
  /// the server archives nothing.
  package var archiveAfter: Int64?
  /// Whether the disk has room for more history.
  package var room = StorageRoom.unlimited
  /// What a new world starts with; asked for only when the log is empty.
  package var worldFile: @Sendable () throws -> WorldFile = { WorldFile.standard }
  /// Where texts are kept; asked for once, when the log is this server's to write.
  ///
  /// In memory, unless it says otherwise: then a restart erases all of them.
  package var texts: @Sendable () throws -> any TextStore = { InMemoryTextStore() }
  /// Told of what goes on while the engine opens: a sentence for people.
  package var onProgress: @Sendable (String) -> Void = { _ in }
  /// Told once of what ends the engine.
  ///
  /// The process is to end with the fault's message; nothing more is delivered.
  package var onFault: @Sendable (EngineFault) -> Void
  /// Told of images that cannot be written, and when they can be again.
  ///
  /// The server goes on: the log has everything, and the next start folds a longer tail.
  package var onImageReport: @Sendable (ImageReport) -> Void

  /// Told of segments that were archived, or that could not be.
  package var onLogReport: @Sendable (LogReport) -> Void = { _ in }

  /// The defaults, and who is told of faults.
  package init(
    onFault: @escaping @Sendable (EngineFault) -> Void,
    onImageReport: @escaping @Sendable (ImageReport) -> Void
  ) {
    self.onFault = onFault
    self.onImageReport = onImageReport
  }
}
