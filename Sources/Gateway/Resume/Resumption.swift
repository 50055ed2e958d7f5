import Engine
import EventLog
import NIOCore
import NIOPosix
import Schema
import WebSocket
import World

/// A connection's catching up with what it missed.
///
/// Meanwhile everything that is for it waits here, in order.
final class Resumption {
  /// Something that came meanwhile.
  enum Waiting {
    /// What others are shown at once.
    case publication(Publication)
    /// A reply; it may tell a position, so it comes after everything up to there.
    case reply(Reply)
  }

  let request: UInt64
  let subscription: Subscription
  let cancellation = Cancellation()
  private(set) var waiting: [Waiting] = []
  private(set) var waitingBytes = 0

  /// The beginning of a catching up.
  init(request: UInt64, _ subscription: Subscription) {
    self.request = request
    self.subscription = subscription
  }

  /// Adds what has come.
  ///
  /// False when more waits than the bound allows.
  func add(_ item: Waiting, bytesMax: Int) -> Bool {
    waiting.append(item)
    // A reply is small, and there are no more of them than requests in flight.
    if case .publication(let publication) = item {
      waitingBytes += publication.batch.bytes.count
      waitingBytes += publication.texts.reduce(0) { $0 + $1.text.utf8.count }
    }
    return waitingBytes <= bytesMax
  }

  /// The connection is gone.
  func cancel() {
    cancellation.cancel()
  }
}

extension ConnectionHandler {
  /// Takes a reply of a delivery: at once, or when what was missed has been sent.
  ///
  /// A goodbye does not wait.
  func take(_ reply: Reply, _ frames: inout ByteBuffer) throws {
    if resumption != nil {
      guard case .goodbye = reply.body else { return keepWaiting(.reply(reply)) }
    }
    try append(reply, to: &frames)
  }

  /// Lets something wait until what was missed has been sent.
  func keepWaiting(_ item: Resumption.Waiting) {
    guard let resumption, !resumption.add(item, bytesMax: board.limits.pendingBytesMax) else {
      return
    }
    close(.tooSlow, ending: .expelled)
  }
}

extension Switchboard {
  /// Begins to send a connection what it missed.
  func resume(
    _ connection: ConnectionHandler, _ request: UInt64, _ subscription: Subscription,
    after: Position, _ session: Session
  ) {
    let resumption = Resumption(request: request, subscription)
    connection.resumption = resumption
    resuming.append(connection)
    let isPlayer = session.requester.role == .player
    readOn(
      connection, resumption,
      MissedEntries(
        after: after, subscription, of: isPlayer ? session.requester.player : nil,
        log: engine.history, texts: engine.texts,
        grid: engine.grid, as: connection.form, cancellation: resumption.cancellation))
  }

  /// Reads a piece, sends it, and goes on once it is wholly written: a client that reads slowly is
  /// read for slowly.
  private func readOn(
    _ connection: ConnectionHandler, _ resumption: Resumption, _ missed: MissedEntries
  ) {
    let reading = readers.runIfActive(eventLoop: eventLoop) {
      var missed = missed
      return (try missed.readPiece(), missed)
    }
    reading.assumeIsolated().whenComplete { [self] result in
      if case .success(let (piece, _)) = result { counts.count(piece.tally) }
      guard connection.resumption === resumption else { return }
      switch result {
      case .failure(let error):
        fail(connection, .resumeFailed, error)
      case .success(let (piece, missed)) where piece.isLast:
        if piece.frames.readableBytes > 0 { connection.write(piece.frames) }
        finish(connection, resumption, hasMoved: missed.hasMoved)
      case .success(let (piece, missed)):
        connection.seenThrough = piece.through
        connection.write(piece.frames) { [self] in
          guard connection.resumption === resumption else { return }
          readOn(connection, resumption, missed)
        }
      }
    }
  }

  /// Tells that nothing is missing any more, and sends what has waited.
  private func finish(
    _ connection: ConnectionHandler, _ resumption: Resumption, hasMoved: Bool
  ) {
    connection.resumption = nil
    resuming.removeAll { $0 === connection }
    connection.seenThrough = resumption.subscription.position
    var frames = ByteBuffer()
    do {
      try connection.finishResuming(
        resumption.request, resumption.subscription, hasMoved: hasMoved, &frames)
      for item in resumption.waiting where !connection.isClosing {
        switch item {
        case .publication(let publication):
          let entries = connection.filings.reduce(into: []) {
            $0 = Publication.merge($0, publication.entries[$1.watchers.topic] ?? [])
          }
          try encode(entries, of: publication, &frames, connection.form)
          connection.seenThrough = publication.batch.lastPosition
        case .reply(let reply):
          try connection.append(reply, to: &frames)
        }
      }
    } catch {
      return fail(connection, .internalFault, error)
    }
    if frames.readableBytes > 0, !connection.isClosing { connection.write(frames) }
    connection.flush()
    counts.count(compressor.takeTally())
  }
}
