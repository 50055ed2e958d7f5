import NIOCore
import Schema

// How much of what was sent the connections have not read.
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

extension Switchboard {
  /// Looks whether more waits for all connections together than may; then those for whom most waits are
  /// closed, and those that are being closed already are gone at once.
  func checkWaitingBytes() {
    var waiting: [(bytes: Int, connection: ConnectionHandler)] = []
    var total = 0
    for case .client(let connection) in connections.occupants {
      let bytes = connection.waitingBytes
      guard bytes > 0 else { continue }
      waiting.append((bytes, connection))
      total += bytes
    }
    guard total > limits.waitingBytesMax else { return }
    waiting.sort { one, other in
      one.connection.isClosing == other.connection.isClosing
        ? one.bytes > other.bytes : one.connection.isClosing
    }
    for (bytes, connection) in waiting where total > limits.waitingBytesMax {
      if connection.isClosing {
        connection.context?.close(promise: nil)
      } else {
        connection.close(.tooSlow, ending: .expelled)
      }
      total -= bytes
    }
  }
}

extension ConnectionHandler {
  /// The bytes that wait for the client to read them.
  var waitingBytes: Int {
    let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return Int(buffered ?? 0)
  }

  /// The same; more than any bound for one that is too slow to be sent everything.
  fileprivate var unreadBytes: Int { catchUp?.slowSince != nil ? .max : waitingBytes }
}
