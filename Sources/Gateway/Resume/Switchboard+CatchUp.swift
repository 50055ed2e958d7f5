import Engine
import EventLog
import Metrics
import NIOCore
import NIOPosix
import Schema
import WebSocket
import World

// Connections that are behind are read for in turns, a piece at a time, the next when the last has been
// taken: whoever reads slowly is read for slowly, and holds up nobody.
extension Switchboard {
  /// Begins to send a connection what it missed.
  func resume(
    _ connection: ConnectionHandler, _ request: UInt64, _ subscription: Subscription
  ) throws {
    let cancellation = Cancellation()
    guard let missed = missedEntries(by: subscription, of: connection, cancellation) else { return }
    let catchUp = CatchUp(missed, cancellation, slowSince: nil)
    try connection.oweResumed(request, subscription, catchUp)
    add(connection, catchUp)
    enqueue(connection)
  }

  /// The connection takes no more at present: what happens from here on is read from the log for it.
  func fallBehind(_ connection: ConnectionHandler, unreadBytes: Int) {
    let cancellation = Cancellation()
    let topics = Set(connection.filings.map(\.watchers.topic))
    let through = max(connection.seenThrough, deliveredThrough)
    let missed = MissedEntries(after: through, topics, from: source(cancellation))
    let catchUp = CatchUp(missed, cancellation, slowSince: eventLoop.now)
    counts.fellBehind.add()
    add(connection, catchUp)
    catchUps.noteSent(
      CatchUp.Unread(since: eventLoop.now, byteCount: unreadBytes, endsWhenWritable: true),
      to: catchUp)
    checkUnreadBytes()
  }

  /// What a subscription that goes on from a position has to be sent; nil for one that does not.
  func missedEntries(
    by subscription: Subscription, of connection: ConnectionHandler, _ cancellation: Cancellation
  ) -> MissedEntries? {
    guard let session = connection.session else { return nil }
    return MissedEntries(subscription, of: session.requester, from: source(cancellation))
  }

  private func source(_ cancellation: Cancellation) -> MissedEntries.Source {
    MissedEntries.Source(
      log: engine.history, texts: engine.texts, grid: engine.grid, cancellation: cancellation)
  }

  private func add(_ connection: ConnectionHandler, _ catchUp: CatchUp) {
    connection.catchUp = catchUp
    catchUps.insert(connection)
    counts.behind.add(1)
  }

  /// The connection is level, or gone: nothing more is read for it.
  func endCatchUp(of connection: ConnectionHandler) {
    guard let catchUp = connection.catchUp else { return }
    catchUp.cancellation.cancel()
    connection.catchUp = nil
    catchUps.remove(connection, catchUp)
    counts.behind.add(-1)
    startTurns()
  }

  /// A recording is played from its start once more: whoever has not read it to its end has had the time
  /// for that.
  func closeThoseBehind() {
    for connection in catchUps.members.values {
      connection.close(.tooSlow, ending: .serverStopped)
    }
  }

  // MARK: Turns

  private func enqueue(_ connection: ConnectionHandler) {
    catchUps.enqueue(connection)
    startTurns()
  }

  /// Gives away turns once the delivery at hand is through.
  private func startTurns() {
    guard !catchUps.isStarting, catchUps.isAnybodyWaiting else { return }
    catchUps.isStarting = true
    let board = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute {
      let board = board.value
      board.catchUps.isStarting = false
      while let connection = board.catchUps.nextTurn(now: board.eventLoop.now) {
        if let catchUp = connection.catchUp { board.goOn(connection, catchUp) }
      }
    }
  }

  /// The client has taken what it was sent.
  func noteTaken(_ connection: ConnectionHandler, _ catchUp: CatchUp) {
    catchUps.noteTaken(by: catchUp)
    if catchUp.turnEnd == nil { enqueue(connection) }
  }

  /// Closes on the slowest while more waits for all of them together than may.
  private func checkUnreadBytes() {
    while catchUps.unreadBytes > limits.unreadBytesMax, let slowest = catchUps.slowest {
      slowest.close(.tooSlow, ending: .expelled)
    }
  }

  // MARK: Pieces

  /// Sends a connection that has a turn what there is for it here, and has the rest read.
  private func goOn(_ connection: ConnectionHandler, _ catchUp: CatchUp) {
    defer { counts.count(compressor.takeTally()) }
    var frames = ByteBuffer()
    var last: Position?
    do {
      repeat {
        frames = ByteBuffer()
        last = try addRecent(connection, catchUp, &frames)
        guard connection.catchUp === catchUp else { return }
      } while frames.readableBytes > 0 && send(frames, to: connection, catchUp)
    } catch {
      return fail(connection, .internalFault, error)
    }
    guard connection.catchUp === catchUp, case .ready = catchUp.stage else { return }
    guard let last else { return endCatchUp(of: connection) }
    if let turnEnd = catchUp.turnEnd, eventLoop.now >= turnEnd, catchUps.isAnybodyWaiting {
      catchUps.endTurn(of: catchUp)
      return enqueue(connection)
    }
    read(connection, catchUp, through: last)
  }

  private func read(
    _ connection: ConnectionHandler, _ catchUp: CatchUp, through last: Position
  ) {
    catchUp.stage = .reading
    let isConflated = catchUp.slowSince != nil && !catchUp.course.missed.isFromBefore
    let (missed, form) = (catchUp.course.missed, connection.form)
    let reading = readers.runIfActive(eventLoop: eventLoop) {
      var missed = missed
      var piece = MissedFrames(isConflated: isConflated)
      try missed.readPiece(through: last, into: &piece)
      return (try piece.finish(as: form), missed)
    }
    reading.assumeIsolated().whenComplete { [self] result in
      if case .success(let (piece, _)) = result { counts.count(piece.tally) }
      guard connection.catchUp === catchUp else { return }
      switch result {
      case .failure(let error):
        fail(connection, .resumeFailed, error)
      case .success(let (piece, missed)):
        catchUp.course.missed = missed
        catchUp.stage = .ready
        connection.seenThrough = missed.through
        counts.superseded.add(piece.superseded)
        let isTaken =
          piece.frames.readableBytes == 0 || send(piece.frames, to: connection, catchUp)
        if isTaken { goOn(connection, catchUp) }
      }
    }
  }

  /// Sends a piece; true when the client has taken it at once.
  ///
  /// Otherwise somebody else has a turn until it has.
  private func send(
    _ frames: ByteBuffer, to connection: ConnectionHandler, _ catchUp: CatchUp
  ) -> Bool {
    catchUps.noteSent(
      CatchUp.Unread(
        since: eventLoop.now, byteCount: frames.readableBytes, endsWhenWritable: false),
      to: catchUp)
    connection.write(frames) { [self] in
      guard connection.catchUp === catchUp else { return }
      noteTaken(connection, catchUp)
    }
    guard connection.catchUp === catchUp else { return false }
    guard case .unread = catchUp.stage else {
      catchUp.slowSince = nil
      return true
    }
    if catchUp.slowSince == nil { catchUp.slowSince = eventLoop.now }
    catchUps.endTurn(of: catchUp)
    checkUnreadBytes()
    startTurns()
    return false
  }

  /// Adds what is owed now, and what was delivered just now, up to about a piece.
  ///
  /// - Returns: up to where the log is to be read next, once that has been sent; nil when nothing is left.
  private func addRecent(
    _ connection: ConnectionHandler, _ catchUp: CatchUp, _ frames: inout ByteBuffer
  ) throws -> Position? {
    while connection.catchUp === catchUp {
      let next = catchUp.course.next(
        recent, deliveredThrough: deliveredThrough,
        hasRoom: frames.readableBytes < catchUp.course.missed.bytesPerPiece,
        isSlow: catchUp.slowSince != nil)
      connection.seenThrough = catchUp.course.missed.through
      switch next {
      case .message(.frames(var owed)): frames.writeBuffer(&owed)
      case .message(.over):
        if frames.readableBytes > 0 { connection.write(frames) }
        connection.close(.recordingOver, ending: .serverStopped)
      case .resumed(let reply, let moved):
        if catchUp.slowSince != nil { catchUp.slowSince = eventLoop.now }
        for case .frames(var owed)? in [reply, moved] { frames.writeBuffer(&owed) }
      case .entries(let entries, let publication):
        try encode(entries, of: publication, &frames, connection.form)
      case .waits: return nil
      case .reading(let last): return last
      case .nothing: return nil
      }
    }
    return nil
  }
}
