import Engine
import NIOCore

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

  /// What waits for the connection, beside entries.
  enum Message: OwedMessage {
    /// Replies, as frames.
    case frames(ByteBuffer)
    /// The recording is over.
    case over

    var byteCount: Int {
      switch self {
      case .frames(let frames): frames.readableBytes
      case .over: 0
      }
    }
  }

  /// What it is sent, and in which order.
  var course: CatchUpCourse<Message>
  let cancellation: Cancellation
  var stage = Stage.ready
  /// When its turn ends; nil while it has none.
  var turnEnd: NIODeadline?
  /// Since when the client has been slow: it did not take at once what it was sent last.
  ///
  /// Superseded events are left out then. Nil while it is quick.
  var slowSince: NIODeadline?

  /// A connection that has been sent what comes before these entries.
  init(_ missed: MissedEntries, _ cancellation: Cancellation, slowSince: NIODeadline?) {
    course = CatchUpCourse(missed)
    self.cancellation = cancellation
    self.slowSince = slowSince
  }
}
