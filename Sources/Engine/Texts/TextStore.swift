package import EventLog
package import World

/// Where texts are kept that go with events and are personal data: apart from the log, so that they can
/// be erased while history stays what it is.
///
/// Thread-safe: the committer writes, and threads that send clients what they missed read meanwhile.
package protocol TextStore: Sendable {
  /// Makes what a batch does to the texts durable, all of it or nothing.
  ///
  /// Called before the batch is appended to the log; so a text that is acknowledged is there, and one
  /// that is told to be erased is read by nobody any more, and overwritten. Texts that are kept
  /// already from the first of the batch's positions on are those of a batch that was never appended:
  /// they are erased.
  ///
  /// - Parameters:
  ///   - changes: What to add and erase.
  ///   - epoch: The term of the writer whose batch it is.
  /// - Throws: ``EngineFault`` of code `fenced` when a newer writer has taken the texts over: nothing was
  ///   done. Else whatever says why nothing was done, or that it is unknown. The engine ends then.
  func apply(_ changes: TextChanges, by epoch: Epoch) throws

  /// The texts of a stretch of the log that are there, by position and event.
  ///
  /// - Throws: whatever says why they cannot be read.
  func texts(from first: Position, through last: Position) throws -> [KeptText]

  /// The texts of some entries that are there, by position and event.
  ///
  /// - Parameter positions: in any order.
  /// - Throws: whatever says why they cannot be read.
  func texts(at positions: [Position]) throws -> [KeptText]

  /// Begins a writer's term, durably, and erases the texts after a position: those of a batch that a
  /// crash kept from being appended.
  ///
  /// From here on, what other writers send is refused. The texts that one of them had in hand would
  /// else take the place of those that go with this writer's entries.
  ///
  /// - Parameters:
  ///   - epoch: The term, which was taken in the log before.
  ///   - last: The log's last position.
  /// - Throws: whatever says why that cannot be done.
  func take(_ epoch: Epoch, after last: Position) throws
}

/// A text, and what it goes with.
package struct KeptText: Hashable, Sendable {
  /// The entry.
  package let position: Position
  /// Which of the entry's events, counted from 0.
  package let event: Int
  /// Whose personal data it is.
  package let player: PlayerID
  /// The entry's time.
  package let time: Timestamp
  /// The text; not empty.
  package let text: String

  /// A text that goes with an event.
  package init(
    position: Position, event: Int, player: PlayerID, time: Timestamp, text: String
  ) {
    self.position = position
    self.event = event
    self.player = player
    self.time = time
    self.text = text
  }
}

/// What a batch does to the texts: first it adds, then it erases.
package struct TextChanges: Sendable {
  /// The texts to keep, by position and event.
  package private(set) var kept: [KeptText] = []
  /// The entries whose texts are to be erased; they may be of the same batch.
  package private(set) var erased: [Position] = []

  /// Nothing.
  package init() {}

  /// Whether the batch leaves the texts as they are.
  package var isEmpty: Bool { kept.isEmpty && erased.isEmpty }

  /// Adds a text; its position is not before that of the last one.
  package mutating func keep(_ text: KeptText) {
    kept.append(text)
  }

  /// Has the texts of an entry erased.
  package mutating func erase(textsOf position: Position) {
    erased.append(position)
  }
}
