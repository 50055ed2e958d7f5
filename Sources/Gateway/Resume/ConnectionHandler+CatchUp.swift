import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import World

extension ConnectionHandler {
  /// Takes a reply of a delivery: at once, or when everything up to there has been sent.
  ///
  /// A goodbye does not wait.
  ///
  /// - Parameter through: The delivery's last position.
  func take(_ reply: Reply, _ frames: inout ByteBuffer, through position: Position) throws {
    guard !isClosing else { return takeLate(reply) }
    guard let catchUp else { return try append(reply, to: &frames) }
    switch reply.body {
    case .goodbye:
      return try append(reply, to: &frames)
    case .over:
      catchUp.course.owe(.over, through: position)
    case .subscribed(let subscription) where subscription.resumeAfter != nil:
      settle(reply.id)
      for topic in subscription.topics { board.file(self, under: topic) }
      if let missed = board.missedEntries(by: subscription, of: self, catchUp.cancellation) {
        catchUp.course.owe(missed, through: position)
      }
      try oweResumed(reply.id, subscription, catchUp)
    default:
      var owed = ByteBuffer()
      try append(reply, to: &owed)
      catchUp.course.owe(.frames(owed), for: reply.body, through: position)
    }
    if catchUp.course.owedBytes > board.limits.pendingBytesMax {
      close(.tooSlow, ending: .expelled)
    }
  }

  /// Takes a reply to somebody who has been told goodbye: after a close frame nothing may be sent (RFC 6455,
  /// section 5.5.1), and nobody is filed under topics any more.
  private func takeLate(_ reply: Reply) {
    if case .opened(let session, _) = reply.body { _ = board.submit(.closed(session, .lost)) }
  }

  /// Owes what is told when what was missed has been sent: that it was, and where the player is now.
  func oweResumed(_ id: UInt64, _ subscription: Subscription, _ catchUp: CatchUp) throws {
    var reply = ByteBuffer()
    let done = Subscribed.with {
      $0.position = subscription.position.rawValue
      $0.resumed = true
    }
    try append(to: &reply, id, .subscribed(done))
    var moved: CatchUp.Message?
    if !subscription.states.isEmpty {
      var frames = ByteBuffer()
      try append(to: &frames, 0, .moved(Subscribed(subscription)))
      moved = .frames(frames)
    }
    catchUp.course.owe(resumed: subscription, .frames(reply), moved: moved)
  }

  /// The channel takes more again.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, let catchUp, case .unread(let unread) = catchUp.stage,
      unread.endsWhenWritable
    {
      board.noteTaken(self, catchUp)
    }
    context.fireChannelWritabilityChanged()
  }

  /// Looks whether a connection that is behind has been so for too long.
  func checkPace(_ now: NIODeadline) {
    guard let catchUp else { return }
    if case .unread(let unread) = catchUp.stage, now - unread.since >= board.limits.readingTimeout {
      return close(.tooSlow, ending: .expelled)
    }
    if let slowSince = catchUp.slowSince, !catchUp.course.missed.isFromBefore,
      now - slowSince >= board.limits.laggingTimeout
    {
      close(.tooSlow, ending: .expelled)
    }
  }
}
