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
    guard let catchUp else { return try append(reply, to: &frames) }
    switch reply.body {
    case .goodbye:
      return try append(reply, to: &frames)
    case .over:
      catchUp.owe(.over, through: position)
    case .subscribed(let subscription) where subscription.resumeAfter != nil:
      settle(reply.id)
      for topic in subscription.topics { board.file(self, under: topic) }
      if let missed = board.missedEntries(by: subscription, of: self, catchUp.cancellation) {
        catchUp.owe(.resumption(missed), through: position)
      }
      catchUp.owe(.resumed(try resumed(reply.id, subscription)), through: subscription.position)
    default:
      var owed = ByteBuffer()
      try append(reply, to: &owed)
      if let change = reply.body.changeOfTopics { catchUp.owe(.topics(change), through: position) }
      catchUp.owe(.frames(owed), through: position)
    }
    if catchUp.owedBytes > board.limits.pendingBytesMax { close(.tooSlow, ending: .expelled) }
  }

  /// What is told when what was missed has been sent: that it was, and where the player is now.
  func resumed(_ id: UInt64, _ subscription: Subscription) throws -> CatchUp.Resumed {
    var (reply, moved) = (ByteBuffer(), ByteBuffer())
    let done = Subscribed.with {
      $0.position = subscription.position.rawValue
      $0.resumed = true
    }
    try append(to: &reply, id, .subscribed(done))
    if !subscription.states.isEmpty {
      try append(to: &moved, 0, .moved(Subscribed(subscription)))
    }
    return CatchUp.Resumed(
      topics: subscription.topics, reply: reply, moved: moved,
      mayHaveMoved: subscription.mayHaveMissedMove)
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
    if let slowSince = catchUp.slowSince, !catchUp.missed.isFromBefore,
      now - slowSince >= board.limits.laggingTimeout
    {
      close(.tooSlow, ending: .expelled)
    }
  }
}

extension Reply.Body {
  /// How the topics of a connection are others after the reply; nil when they are not.
  fileprivate var changeOfTopics: ((inout Set<DeliveryTopic>) -> Void)? {
    switch self {
    case .subscribed(let subscription): { $0.formUnion(subscription.topics) }
    case .unsubscribed(let topics): { $0.subtract(topics) }
    case .moved(let from, let subscription):
      {
        $0.remove(from)
        $0.formUnion(subscription.topics)
      }
    case .acknowledged, .rejected, .answered, .opened, .refused, .goodbye, .over: nil
    }
  }
}
