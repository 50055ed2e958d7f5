import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import World

extension ConnectionHandler {
  /// Adds a reply to the frames of the delivery at hand.
  ///
  /// - Throws: What SwiftProtobuf throws for a message that has no encoding.
  func append(_ reply: Reply, to frames: inout ByteBuffer) throws {
    settle(reply.id)
    switch reply.body {
    case .acknowledged(let position):
      if subprotocol == .proto {
        frames.writeAcknowledgement(id: reply.id, position: position.rawValue)
      } else {
        try append(to: &frames, reply.id, .acknowledged(.with { $0.position = position.rawValue }))
      }
    case .rejected(let rejection):
      try append(to: &frames, reply.id, .rejected(Rejected(rejection)))
    case .answered(let answer):
      try append(to: &frames, reply.id, .answer(answer))
    case .opened(let session, let opening):
      welcome(reply.id, session, opening)
    case .refused(let rejection):
      refuseSignIn(reply.id, rejection)
    case .subscribed(let subscription):
      try subscribed(reply.id, subscription, &frames)
    case .unsubscribed(let topics):
      for topic in topics { board.unfile(self, from: topic) }
      try append(to: &frames, reply.id, .unsubscribed(Unsubscribed()))
    case .moved(let from, let subscription):
      board.unfile(self, from: from)
      for topic in subscription.topics { board.file(self, under: topic) }
      if catchUp == nil { seenThrough = max(seenThrough, subscription.position) }
      try append(to: &frames, 0, .moved(Subscribed(subscription)))
    case .goodbye(let end):
      writeAll(of: &frames)
      close(GoodbyeCode(end), request: reply.id)
    case .over:
      writeAll(of: &frames)
      close(.recordingOver, ending: .serverStopped)
    }
  }

  /// Writes what was said before, since it comes before.
  private func writeAll(of frames: inout ByteBuffer) {
    if frames.readableBytes > 0 { write(frames) }
    frames.clear()
  }

  func append(
    to frames: inout ByteBuffer, _ id: UInt64, _ body: ServerMessage.OneOf_Message
  ) throws {
    var message = ServerMessage()
    message.id = id
    message.message = body
    try frames.writeMessage(message, as: form, by: board.compressor)
  }

  private func subscribed(
    _ id: UInt64, _ subscription: Subscription, _ frames: inout ByteBuffer
  ) throws {
    for topic in subscription.topics { board.file(self, under: topic) }
    if let after = subscription.resumeAfter, session != nil {
      seenThrough = after
      try board.resume(self, id, subscription)
    } else {
      if catchUp == nil { seenThrough = max(seenThrough, subscription.position) }
      try append(to: &frames, id, .subscribed(Subscribed(subscription)))
    }
  }
}

extension GoodbyeCode {
  /// What a client is told whose session the engine has ended.
  fileprivate init(_ end: SessionEnd) {
    self =
      switch end {
      case .farewell: .farewell
      case .superseded: .superseded
      case .serverStopped: .serverStopping
      case .lost: .silent
      case .roleChanged: .roleChanged
      case .expelled, .serverCrashed, .unspecified, .UNRECOGNIZED: .expelled
      }
  }
}

extension Rejected {
  fileprivate init(_ rejection: Rejection) {
    self.init()
    code = rejection.code
    message = rejection.message
    fields = rejection.fields
  }
}

extension Subscribed {
  /// What a client is told that watches.
  init(_ subscription: Subscription) {
    self.init()
    position = subscription.position.rawValue
    states = subscription.states
  }
}
