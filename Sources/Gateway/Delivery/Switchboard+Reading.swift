import NIOCore

extension Switchboard {
  /// How often connections that have much left to read are looked at again.
  private static let readingInterval = TimeAmount.milliseconds(2)
  /// How long they are waited for.
  private static let readingTimeout = TimeAmount.seconds(5)

  /// Calls `body` once no connection here has more than a part of what may wait for it left to
  /// read, or that has taken too long: then those connections are slow, and on their own.
  func whenRead(_ body: @escaping @Sendable () -> Void) {
    let deadline = eventLoop.now + Self.readingTimeout
    look(until: deadline, body)
  }

  private func look(until deadline: NIODeadline, _ body: @escaping @Sendable () -> Void) {
    let most = limits.pendingBytesMax / 8
    let isRead = connections.occupants.allSatisfy { occupant in
      guard case .client(let handler) = occupant, !handler.isClosing else { return true }
      return handler.unreadBytes <= most
    }
    guard !isRead, eventLoop.now < deadline else { return body() }
    let board = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: Self.readingInterval) { board.value.look(until: deadline, body) }
  }
}

extension ConnectionHandler {
  /// The bytes that wait for the client to read them; more than any bound for one that is too slow to
  /// be sent everything.
  fileprivate var unreadBytes: Int {
    let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return catchUp?.slowSince != nil ? .max : Int(buffered ?? 0)
  }
}
