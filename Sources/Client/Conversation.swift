import NIOCore
import NIOPosix
import Schema
import Synchronization

/// One player's dealings with a server, over as many connections as they take.
///
/// The rules live in ``ConversationState``, which only ever changes under the lock here and answers
/// with effects: what to do once the lock is free. Messages of one connection come in on its event
/// loop, one after the other, so their effects keep the order of the wire.
final class Conversation: Sendable {
  let address: ServerAddress
  let options: ClientOptions
  private let state: Mutex<ConversationState>

  init(address: ServerAddress, options: ClientOptions) {
    self.address = address
    self.options = options
    self.state = Mutex(ConversationState(options: options))
  }

  /// Looks at the state, or changes it in a way that calls for no effects.
  func read<Value: Sendable>(_ body: (inout ConversationState) -> Value) -> Value {
    state.withLock { body(&$0) }
  }

  /// Changes the state, and then does what the change calls for.
  func change(_ body: (inout ConversationState) -> [Effect]) {
    for effect in state.withLock({ body(&$0) }) {
      perform(effect)
    }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .reply(let waiter, let result):
      waiter.resume(with: result)
    case .tell(let reader, let notice):
      reader.resume(returning: notice)
    case .open(let number):
      Task { await Connection.open(number, for: self) }
    case .write(let connection):
      connection.channel.eventLoop.execute { self.writeOut(connection) }
    case .leave(let connection):
      connection.leave()
    case .sever(let channel):
      channel.close(promise: nil)
    case .comeBack(let policy):
      let task = Task { await self.comeBack(policy) }
      read { $0.comingBack = task }
    case .stop(let task):
      task.cancel()
    }
  }
}

// MARK: Requests

extension Conversation {
  /// Sends a request and waits for its reply, however many connections that takes; again when the server
  /// says when to, and that is soon enough.
  ///
  /// - Throws: `CommandRejected` and `RequestFailed` for what the server replies; `ClientFault`
  ///   when the conversation ends first; `CancellationError` when the task is cancelled, and then a
  ///   command may or may not take effect.
  func reply(to request: ClientMessage.OneOf_Request) async throws -> ServerMessage {
    var patience = options.patience
    while true {
      do {
        return try await replyOnce(to: request)
      } catch let failed as RequestFailed {
        guard let pause = failed.retryAfter, pause <= patience else { throw failed }
        patience -= pause
        try await Task.sleep(for: pause)
      }
    }
  }

  private func replyOnce(
    to request: ClientMessage.OneOf_Request
  ) async throws -> ServerMessage {
    let id = read { $0.takeID() }
    let outgoing = OutgoingMessage(id: id, request)
    let reply = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        change { $0.ask(outgoing, waiter: waiter, isCancelled: Task.isCancelled) }
      }
    } onCancel: {
      change { $0.abandon(id) }
    }
    switch reply.message {
    case .failed(let failed): throw RequestFailed(failed)
    case .rejected(let rejected): throw CommandRejected(rejected)
    default: return reply
    }
  }

  /// The next notice; nil when there will be none, or the task was cancelled.
  func nextNotice() async -> Notice? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { reader in
        change { $0.read(reader, isCancelled: Task.isCancelled) }
      }
    } onCancel: {
      change { $0.stopReading() }
    }
  }

  /// Writes what has gathered, with one flush.
  ///
  /// Runs on the connection's event loop.
  private func writeOut(_ connection: Connection) {
    let messages = read { $0.takeOutbox(of: connection.number) }
    for message in messages {
      options.observer?(.sent(message.message))
      connection.write(message.bytes)
    }
    if !messages.isEmpty { connection.channel.flush() }
  }
}

// MARK: Connections

extension Conversation {
  /// Connects and signs in, once.
  ///
  /// - Throws: `ClientFault` or `RequestFailed`; `CancellationError` when the task is cancelled.
  func signIn() async throws -> Welcome {
    let loop = eventLoopGroup.next()
    let reply = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        let number = read { $0.takeConnectionNumber() }
        let deadline = loop.scheduleTask(in: TimeAmount(options.attemptTimeout)) {
          let fault = ClientFault(.timedOut, "\(self.address.authority) took too long to welcome")
          self.change { $0.failAttempt(number, fault) }
        }
        change { $0.begin(number, waiter: waiter, deadline: deadline, Task.isCancelled) }
      }
    } onCancel: {
      change { $0.cancelAttempt() }
    }
    switch reply.message {
    case .welcome(let welcome): return welcome
    case .failed(let failed): throw RequestFailed(failed)
    default: throw ClientFault(.protocolViolation, "The server did not reply to the sign-in")
    }
  }

  var eventLoopGroup: any EventLoopGroup {
    options.eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
  }

  /// Takes a message from the server.
  ///
  /// Runs on the connection's event loop.
  func receive(_ message: ServerMessage, on number: UInt64) {
    options.observer?(.received(message))
    change { $0.receive(message, on: number) }
  }

  /// Tries to sign in again until it works, the policy is exhausted or the server refuses for good.
  private func comeBack(_ policy: Reconnection) async {
    var last = ClientFault(.connectionLost, "The connection was lost")
    var notBefore = Duration.zero
    for attempt in 1...max(1, policy.attemptsMax) {
      do {
        try await Task.sleep(for: max(notBefore, policy.pause(before: attempt)))
        if read({ $0.isOver }) { return }
        _ = try await signIn()
        return
      } catch let failed as RequestFailed {
        // Signed out elsewhere, or the server has other keys: there may be another way in.
        if failed.code == "bad_token", read({ $0.dropToken() }) { continue }
        last = ClientFault(.init(rawValue: failed.code), failed.message)
        guard let pause = failed.retryAfter else { break }
        notBefore = pause
      } catch let fault as ClientFault {
        last = fault
        notBefore = .zero
      } catch {
        return
      }
    }
    change { $0.end(last) }
  }
}

extension CommandRejected {
  fileprivate init(_ rejected: Rejected) {
    self.init(code: rejected.code, message: rejected.message, fields: rejected.fields)
  }
}

extension RequestFailed {
  fileprivate init(_ failed: Failed) {
    self.init(
      code: failed.code, message: failed.message,
      retryAfter: failed.retryAfterMs == 0 ? nil : .milliseconds(Int64(failed.retryAfterMs)))
  }
}
