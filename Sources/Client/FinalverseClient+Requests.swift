public import Schema

/// A part of the world at a position.
public struct Snapshot<Value: Sendable>: Sendable {
  /// What was asked for.
  public let value: Value
  /// The position after which it was so.
  public let position: UInt64

  /// Pairs a value with its position.
  public init(_ value: Value, at position: UInt64) {
    self.value = value
    self.position = position
  }
}

extension Snapshot: Equatable where Value: Equatable {}

// The five requests of the protocol.
extension FinalverseClient {
  /// Sends a command and waits until what became of it is certain.
  ///
  /// - Parameter id: Not 0, and unique among the player's commands. The default is random. Give one
  ///   of your own, kept somewhere safe, to send a command again after this program has ended.
  /// - Returns: The position of the entry that the command made. It is durable.
  /// - Throws: `CommandRejected` when the world does not allow it; `RequestFailed` when the server
  ///   could not deal with it, for example because the client is too fast; `ClientFault` when the
  ///   client is closed or cannot come back, and `CancellationError` when the task is cancelled: in
  ///   these two cases the command may or may not have taken effect.
  @discardableResult
  public func submit(
    _ command: Command, id: UInt64 = .random(in: 1...UInt64.max)
  ) async throws -> UInt64 {
    var submission = SubmitCommand()
    submission.commandID = id
    submission.command = command
    let reply = try await conversation.reply(to: .command(submission))
    guard case .acknowledged(let acknowledged)? = reply.message else {
      throw ClientFault.unfitting(reply, for: "a command")
    }
    return acknowledged.position
  }

  /// Asks about the world.
  ///
  /// - Returns: The answer, with the position of the state that it describes.
  /// - Throws: `CommandRejected` when the world does not allow it; `RequestFailed`, `ClientFault`
  ///   or `CancellationError`.
  public func query(_ query: Query) async throws -> Answer {
    let reply = try await conversation.reply(to: .query(query))
    guard case .answer(let answer)? = reply.message else {
      throw ClientFault.unfitting(reply, for: "a query")
    }
    return answer
  }

  /// Begins to watch topics.
  ///
  /// - Parameters:
  ///   - topics: What to watch, beside what is watched already; a client watches at most 16 topics.
  ///   - position: 0: the reply has the topics' state, and what follows is pushed. A position: what
  ///     followed it is pushed, and the reply has a state only where the log does not reach that
  ///     far. If the connection is lost while such a catch-up is under way, it begins again.
  /// - Returns: The position from which on everything is pushed, and states.
  /// - Throws: `CommandRejected` when the world does not allow it; `RequestFailed`, `ClientFault`
  ///   or `CancellationError`.
  @discardableResult
  public func subscribe(
    _ topics: [Topic], after position: UInt64 = 0
  ) async throws -> Subscribed {
    let watched = conversation.read { $0.topics }
    guard watched.count + topics.count(where: { !watched.contains($0) }) <= 16 else {
      throw ClientFault(.tooManyTopics, "A client watches at most 16 topics")
    }
    var subscribe = Subscribe()
    subscribe.topics = topics
    subscribe.afterPosition = position
    let reply = try await conversation.reply(to: .subscribe(subscribe))
    guard case .subscribed(let subscribed)? = reply.message else {
      throw ClientFault.unfitting(reply, for: "a subscription")
    }
    return subscribed
  }

  /// Ceases to watch topics.
  ///
  /// - Throws: `CommandRejected` when the world does not allow it; `RequestFailed`, `ClientFault`
  ///   or `CancellationError`.
  public func unsubscribe(_ topics: [Topic]) async throws {
    var unsubscribe = Unsubscribe()
    unsubscribe.topics = topics
    let reply = try await conversation.reply(to: .unsubscribe(unsubscribe))
    guard case .unsubscribed? = reply.message else {
      throw ClientFault.unfitting(reply, for: "the end of a subscription")
    }
  }
}

extension ClientFault {
  static func unfitting(_ reply: ServerMessage, for request: String) -> ClientFault {
    ClientFault(.protocolViolation, "The reply with id \(reply.id) does not fit \(request)")
  }
}
