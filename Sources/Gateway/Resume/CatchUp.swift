import Engine
import EventLog
import NIOCore
import World

/// What a connection that is behind still has to be sent, and how far that has come.
///
/// A connection is behind after it has resumed, and when it reads more slowly than events come. It is
/// not shown what is delivered then: that is read from the log, at its own pace, until it is level
/// again. See docs/decisions/0023.
final class CatchUp {
  /// Where it stands.
  enum Stage {
    /// In the queue, or having its turn.
    case ready
    /// A thread reads for it.
    case reading
    /// The client has not taken what was sent last.
    case unread(Unread)
  }

  /// What the client has not taken.
  struct Unread {
    let since: NIODeadline
    let byteCount: Int
    /// Whether it counts as taken once the channel is writable again, rather than when a piece is
    /// written.
    let endsWhenWritable: Bool
  }

  /// What comes once everything up to a position has been sent.
  struct Owed {
    let through: Position
    let kind: Kind

    /// What comes.
    enum Kind {
      /// Replies, as frames.
      case frames(ByteBuffer)
      /// Other topics from here on.
      case topics((inout Set<DeliveryTopic>) -> Void)
      /// What followed an earlier position.
      case resumption(MissedEntries)
      /// The end of that.
      case resumed(Resumed)
      /// The recording is over.
      case over
    }
  }

  /// What is told when what was missed has been sent.
  struct Resumed {
    let topics: [DeliveryTopic]
    /// That it has.
    let reply: ByteBuffer
    /// Where the player is now, for one who came into another region.
    let moved: ByteBuffer
    /// Whether the player may have come there before what was missed.
    let mayHaveMoved: Bool
  }

  /// What an item takes beside its bytes, about.
  private static let itemBytes = 128

  var missed: MissedEntries
  let cancellation: Cancellation
  private var owed = CircularBuffer<Owed>()
  /// The bytes that are owed, beside what is read from the log.
  private(set) var owedBytes = 0
  var stage = Stage.ready
  /// When its turn ends; nil while it has none.
  var turnEnd: NIODeadline?
  /// Since when the client has been slow: it did not take at once what it was sent last.
  ///
  /// Superseded events are left out then. Nil while it is quick.
  var slowSince: NIODeadline?

  /// A connection that has been sent what comes before these entries.
  init(_ missed: MissedEntries, _ cancellation: Cancellation, slowSince: NIODeadline?) {
    self.missed = missed
    self.cancellation = cancellation
    self.slowSince = slowSince
  }

  /// Whether nothing is owed but entries.
  var owesNothing: Bool { owed.isEmpty }

  /// Up to where entries come before what is owed next; nil when nothing is.
  var barrier: Position? { owed.first?.through }

  /// Owes something more, after everything that is owed already.
  func owe(_ kind: Owed.Kind, through position: Position) {
    owedBytes += Self.itemBytes + kind.byteCount
    owed.append(Owed(through: position, kind: kind))
  }

  /// Takes what is due now.
  func popDue() -> Owed.Kind? {
    guard let next = owed.first, next.through <= missed.through else { return nil }
    owed.removeFirst()
    owedBytes -= Self.itemBytes + next.kind.byteCount
    return next.kind
  }
}

extension CatchUp.Owed.Kind {
  fileprivate var byteCount: Int {
    switch self {
    case .frames(let frames): frames.readableBytes
    case .resumed(let resumed): resumed.reply.readableBytes + resumed.moved.readableBytes
    case .topics, .resumption, .over: 0
    }
  }
}
