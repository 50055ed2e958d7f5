import Engine
import EventLog
import Metrics
import NIOCore
import Schema
import SwiftProtobuf
import WebSocket
import World

/// Why a message is not passed on.
struct Refusal: Error {
  let code: FailureCode
  let message: String
  var retryAfterMilliseconds: UInt32 = 0
}

extension ConnectionHandler {
  /// Takes a message, which is at the front of the workspace.
  ///
  /// - Parameter weight: As how many messages it counts.
  func receive(_ opcode: FrameOpcode, count: Int, weight: Int) {
    board.counts.messages.add()
    let isTaken = allowance.take(weight)
    guard !isClosing else {
      // Nothing of it is heeded, and of a flood not even its frames.
      if !isTaken { isDeaf = true }
      return
    }
    guard opcode == subprotocol.opcode else { return close(.wrongFrameKind, ending: .expelled) }
    guard let message = decode(count: count) else { return }
    malformedInRow = 0
    do throws(Refusal) {
      guard isTaken else {
        throw Refusal(
          code: .tooFast,
          message: "More than \(board.limits.messagesPerSecond) messages a second were sent.",
          retryAfterMilliseconds: allowance.retryAfterMilliseconds(for: weight))
      }
      try accept(message, weight)
      refusalsInRow = 0
    } catch {
      refuse(message.id, error, weight)
    }
  }

  private func decode(count: Int) -> ClientMessage? {
    switch subprotocol {
    case .proto:
      let room = board.workspace.bytes
      let bytes = unsafe room.span.bytes.extracting(first: count)
      if let message = try? ClientMessage(wire: bytes) { return message }
    case .json:
      let bytes = Array(board.workspace.bytes[..<count])
      if let message = try? ClientMessage(jsonUTF8Bytes: bytes, options: Self.jsonOptions) {
        return message
      }
    }
    malformedInRow += 1
    if malformedInRow >= board.limits.malformedMax {
      close(.malformed, ending: .expelled)
    } else {
      fail(0, .malformed, "The message is no finalverse.v1.ClientMessage.")
    }
    return nil
  }

  private static let jsonOptions: JSONDecodingOptions = {
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true
    return options
  }()

  private func accept(_ message: ClientMessage, _ weight: Int) throws(Refusal) {
    let id = message.id
    guard let request = message.request else {
      throw Refusal(
        code: .unknownRequest,
        message: "The message asks for nothing that this server knows.")
    }
    guard id != 0 else {
      throw Refusal(code: .badRequest, message: "A request's id is 1 or more.")
    }
    if case .signIn(let signIn) = request { return try self.signIn(id, signIn) }
    guard case .signedIn(let session) = stage else {
      throw Refusal(
        code: .signInFirst, message: "Send sign_in, and wait for welcome, before anything else.")
    }
    guard !board.isStopping else {
      throw Refusal(
        code: .busy, message: "The server is being shut down.", retryAfterMilliseconds: 1_000)
    }
    if let wait = playerAllowance?.take(weight, at: board.eventLoop.now) {
      throw Refusal(
        code: .tooFast,
        message: "More than \(board.limits.requestsPerSecond) requests a second were made.",
        retryAfterMilliseconds: wait)
    }
    guard inFlight.count < board.limits.inFlightMax else {
      throw Refusal(
        code: .tooManyInFlight,
        message: "\(inFlight.count) requests are without reply; wait for one of them.",
        retryAfterMilliseconds: 10)
    }
    guard !inFlight.contains(id) else {
      throw Refusal(code: .badRequest, message: "The request \(id) is still without reply.")
    }
    noteReceipt()
    if let request = try self.request(id, request, session) {
      if burst.isEmpty { burst.reserveCapacity(burstCount) }
      burst.append(request)
    }
    inFlight.append(id)
  }

  /// What the engine is asked; nil for what is asked of the accounts.
  private func request(
    _ id: UInt64, _ request: ClientMessage.OneOf_Request, _ session: Session
  ) throws(Refusal) -> Request? {
    switch request {
    case .command(let submitted):
      guard submitted.commandID != 0 else {
        throw Refusal(
          code: .badRequest,
          message: "A command_id is not 0, and unique among its sender's commands.")
      }
      noteCommand(of: session)
      return .command(
        id: id, commandID: CommandID(submitted.commandID), submitted.command)
    case .query(let query):
      return .query(id: id, query)
    case .subscribe(let subscribe):
      try checkTopics(of: subscribe)
      pendingTopics.append((id, subscribe.topics.count))
      let after = subscribe.afterPosition
      return .subscribe(
        id: id, subscribe.topics, after: after == 0 ? nil : Position(after))
    case .unsubscribe(let unsubscribe):
      try checkNumber(of: unsubscribe.topics.count)
      return .unsubscribe(id: id, unsubscribe.topics)
    case .farewell:
      return .farewell(id: id)
    case .register(let register):
      try self.register(id, register, session)
    case .changePassword(let change):
      try changePassword(id, change, session)
    case .changeMail(let mail):
      try changeMail(id, mail, session)
    case .signOutEverywhere:
      try signOutEverywhere(id, session)
    case .refresh(let refresh):
      try self.refresh(id, refresh, session)
    case .signIn:
      throw Refusal(code: .alreadySignedIn, message: "This connection has signed in.")
    }
    return nil
  }

  private func noteCommand(of session: Session) {
    lastCommand = board.eventLoop.now
    guard isIdle else { return }
    isIdle = false
    handOver()
    _ = board.submit(.active(session))
  }

  private func checkTopics(of subscribe: Subscribe) throws(Refusal) {
    guard !subscribe.topics.isEmpty, subscribe.topics.allSatisfy({ $0.topic != nil }) else {
      throw Refusal(
        code: .badRequest, message: "Subscribe names topics that this server knows, at least one.")
    }
    let watched = filings.count + pendingTopics.reduce(0) { $0 + $1.count }
    try checkNumber(of: watched + subscribe.topics.count)
    guard subscribe.afterPosition == 0 || watched == 0 else {
      throw Refusal(
        code: .badRequest,
        message: "Only a connection that watches nothing yet can resume: name all topics at once.")
    }
  }

  private func checkNumber(of topics: Int) throws(Refusal) {
    guard topics <= board.limits.topicsMax else {
      throw Refusal(
        code: .tooManyTopics,
        message: "A connection watches \(board.limits.topicsMax) topics at most.")
    }
  }

  /// Hands the requests of the read at hand to the engine.
  func handOver() {
    guard !burst.isEmpty else { return }
    let requests = burst
    burst = []
    burstCount = requests.count
    guard case .signedIn(let session) = stage else { return }
    guard !board.submit(.requests(session, requests)) else { return }
    for request in requests {
      settle(request.id)
      fail(
        request.id, .busy, "The server has more to do than it can take on.",
        retryAfterMilliseconds: 50)
    }
    restFromReading()
  }

  /// Reads nothing more for a moment, so that what the engine cannot take waits in the client.
  private func restFromReading() {
    guard let channel = context?.channel else { return }
    channel.setOption(.autoRead, value: false).whenSuccess {
      channel.eventLoop.scheduleTask(in: .milliseconds(10)) {
        channel.setOption(.autoRead, value: true)
      }
    }
  }

  /// The request has got its reply.
  func settle(_ id: UInt64) {
    if let index = inFlight.firstIndex(of: id) {
      inFlight.swapAt(index, inFlight.count - 1)
      inFlight.removeLast()
    }
    if !pendingTopics.isEmpty { pendingTopics.removeAll { $0.request == id } }
  }

  private func refuse(_ id: UInt64, _ refusal: Refusal, _ weight: Int) {
    fail(
      id, refusal.code, refusal.message, retryAfterMilliseconds: refusal.retryAfterMilliseconds)
    countRefusal(weight)
  }

  /// Notes that something of the client's was refused; whoever goes on regardless is hostile.
  ///
  /// - Parameter weight: As how many messages it counts.
  func countRefusal(_ weight: Int = 1) {
    refusalsInRow += weight
    if refusalsInRow > board.limits.refusalsMax { close(.flooding, ending: .expelled) }
  }
}

extension Request {
  /// The id that the client chose.
  var id: UInt64 {
    switch self {
    case .command(let id, _, _), .query(let id, _), .subscribe(let id, _, _),
      .unsubscribe(let id, _), .farewell(let id):
      id
    }
  }
}
