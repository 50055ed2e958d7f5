import NIOCore
import Schema
import SwiftProtobuf

typealias ReplyWaiter = CheckedContinuation<ServerMessage, any Error>
typealias NoticeReader = CheckedContinuation<Notice?, Never>

/// What a change of a conversation calls for, once its lock is free.
enum Effect {
  /// A request has its reply, or will have none.
  case reply(ReplyWaiter, Result<ServerMessage, any Error>)
  /// The reader has its notice; nil: there will be none.
  case tell(NoticeReader, Notice?)
  /// A connection is to be opened.
  case open(UInt64)
  /// There is something in the outbox.
  case write(Connection)
  /// A connection is to be closed as the protocol asks.
  case leave(Connection)
  /// A connection is to be cut.
  case sever(any Channel)
  /// The connection was lost and is to be replaced.
  case comeBack(Reconnection)
  /// The task that replaces the connection is no longer wanted.
  case stop(Task<Void, Never>)
}

/// A message for the server, encoded once, however often it has to be sent.
struct OutgoingMessage {
  let message: ClientMessage
  let bytes: [UInt8]

  /// Encodes a request.
  init(id: UInt64, _ request: ClientMessage.OneOf_Request) {
    var message = ClientMessage()
    message.id = id
    message.request = request
    self.message = message
    bytes = message.wireBytes
  }
}

/// What is known about the coming end of a connection.
struct Parting {
  let fault: ClientFault
  /// Whether coming back would be wrong: the session is over, or goes on somewhere else.
  let isFinal: Bool
}

/// A request whose reply is to come.
struct Outstanding {
  enum Purpose {
    /// Somebody waits.
    case caller(ReplyWaiter)
    /// Somebody waited.
    ///
    /// The reply still frees a place in flight.
    case abandoned
    /// Asks for what was missed while there was no connection or no reader.
    case resume
    /// Stops the pushes, so that a resume can follow without repeating any.
    case standstill
  }

  let outgoing: OutgoingMessage
  var purpose: Purpose
  var isSent = false
}

/// An attempt to connect and sign in.
struct Attempt {
  let number: UInt64
  let waiter: ReplyWaiter
  let deadline: Scheduled<Void>
  /// The id of the sign-in, once it is sent.
  var signInID: UInt64?
  /// The connection on its way, once there is one.
  var channel: (any Channel)?
}

/// The rules of a conversation, without its input and output.
///
/// - Every request keeps its id until it is answered, also when it has to be sent again.
/// - After a new welcome the client first resumes what it watches, after the last position that it
///   has handed on, and then sends what has no reply yet, oldest first. Commands keep their command
///   ids, so the server knows those that took effect.
/// - A position counts as handed on when an entry at it was, or a reply told it: the server sends
///   all pushes up to a position before the reply that tells it. While pushes are not handed on,
///   because the reader is too slow, the position stands still.
struct ConversationState {
  enum Phase {
    /// Not signed in; perhaps about to be.
    case away
    /// Signed in.
    case live
    /// Over, and why.
    case ended(ClientFault)
  }

  var phase = Phase.away
  var credential: Credential
  let program: String
  let reconnection: Reconnection?

  // Connections.
  var connectionsBegun: UInt64 = 0
  var attempt: Attempt?
  var connection: Connection?
  var welcome: Welcome?
  var parting: Parting?
  var comingBack: Task<Void, Never>?

  // Requests.
  var lastID: UInt64 = 0
  var outstanding: [UInt64: Outstanding] = [:]
  /// Ids of requests that wait for a place in flight, the next first.
  var unsent = CircularBuffer<UInt64>()
  var inFlight = 0
  var outbox: [OutgoingMessage] = []

  // Notices.
  var topics: [Topic] = []
  var position: UInt64 = 0
  /// How many events were left out of pushes, since later ones superseded them.
  var superseded: UInt64 = 0
  let isObserved: Bool
  let noticesMax: Int
  var notices = CircularBuffer<Notice>()
  var reader: NoticeReader?
  /// Whether notices are being thrown away until their reader has caught up.
  var isOverflowing = false
  /// The request that asks for what was missed, while it has no reply.
  var resumeID: UInt64?

  init(options: ClientOptions) {
    credential = options.credential
    program = options.program
    reconnection = options.reconnection
    isObserved = options.observer != nil
    noticesMax = max(1, options.noticesMax)
  }

  /// When the latest welcome came.
  var welcomedAt = ContinuousClock.Instant.now
  /// Takes the place of the token when that has expired; nil when there is none.
  var refreshToken: String?
  /// When the token at hand is no longer worth trying; nil for never.
  var tokenEnd: ContinuousClock.Instant?

  var isOver: Bool {
    if case .ended = phase { return true }
    return false
  }
}

// MARK: Requests

extension ConversationState {
  mutating func takeID() -> UInt64 {
    lastID += 1
    return lastID
  }

  /// A caller's request.
  mutating func ask(
    _ outgoing: OutgoingMessage, waiter: ReplyWaiter, isCancelled: Bool
  ) -> [Effect] {
    if case .ended(let fault) = phase { return [.reply(waiter, .failure(fault))] }
    if isCancelled { return [.reply(waiter, .failure(CancellationError()))] }
    if let limit = welcome?.limits.messageBytesMax, limit > 0, outgoing.bytes.count > Int(limit) {
      let size = "\(outgoing.bytes.count) bytes of the \(limit) that the server takes"
      return [.reply(waiter, .failure(ClientFault(.tooLarge, "The message has \(size)")))]
    }
    return enqueue(outgoing, purpose: .caller(waiter))
  }

  /// The caller does not wait any longer.
  mutating func abandon(_ id: UInt64) -> [Effect] {
    guard let request = outstanding[id], case .caller(let waiter) = request.purpose else {
      return []
    }
    if request.isSent {
      outstanding[id]?.purpose = .abandoned
    } else {
      outstanding[id] = nil
    }
    return [.reply(waiter, .failure(CancellationError()))]
  }

  mutating func enqueue(
    _ outgoing: OutgoingMessage, purpose: Outstanding.Purpose
  ) -> [Effect] {
    outstanding[outgoing.message.id] = Outstanding(outgoing: outgoing, purpose: purpose)
    unsent.append(outgoing.message.id)
    return admit()
  }

  /// Moves requests into the outbox while the server's limit has room.
  mutating func admit() -> [Effect] {
    guard case .live = phase, let connection else { return [] }
    let wasEmpty = outbox.isEmpty
    let limit = max(1, Int(welcome?.limits.inFlightMax ?? 1))
    while inFlight < limit, let id = unsent.popFirst() {
      guard let outgoing = outstanding[id]?.outgoing else { continue }
      outstanding[id]?.isSent = true
      inFlight += 1
      outbox.append(outgoing)
    }
    return wasEmpty && !outbox.isEmpty ? [.write(connection)] : []
  }

  mutating func takeOutbox(of number: UInt64) -> [OutgoingMessage] {
    guard connection?.number == number else { return [] }
    defer { outbox.removeAll() }
    return outbox
  }

  /// Matches a reply with its request.
  ///
  /// One that nobody asked for is passed over.
  mutating func settle(_ reply: ServerMessage) -> [Effect] {
    guard let request = outstanding[reply.id], request.isSent else { return [] }
    outstanding[reply.id] = nil
    inFlight -= 1
    if reply.id == resumeID { resumeID = nil }
    noteWatching(request, reply)
    var effects: [Effect] = []
    switch request.purpose {
    case .caller(let waiter): effects = [.reply(waiter, .success(reply))]
    case .abandoned: break
    case .resume: effects = finishResume(reply)
    case .standstill: effects = finishStandstill(reply)
    }
    return effects + admit()
  }
}
