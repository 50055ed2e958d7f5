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
    catchUp.owe(
      .resumed(try connection.resumed(request, subscription)), through: subscription.position)
    add(connection, catchUp)
    enqueue(connection)
  }

  /// The connection takes no more at present: what happens from here on is read from the log for it.
  func fallBehind(_ connection: ConnectionHandler, unreadBytes: Int) {
    let cancellation = Cancellation()
    let topics = Set(connection.filings.map(\.watchers.topic))
    let through = max(connection.seenThrough, deliveredThrough)
    let missed = MissedEntries(
      after: through, topics, from: source(for: connection, cancellation))
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
    guard let after = subscription.resumeAfter, let session = connection.session else { return nil }
    var topics = Set(subscription.topics)
    var journey: Journey?
    for case .surroundings(let region) in subscription.topics
    where session.requester.role == .player {
      topics.remove(.surroundings(region))
      journey = Journey(
        of: session.requester.player, after: after, to: region, at: subscription.position)
    }
    return MissedEntries(
      resumingAfter: after, topics, journey, from: source(for: connection, cancellation))
  }

  private func source(
    for connection: ConnectionHandler, _ cancellation: Cancellation
  ) -> MissedEntries.Source {
    MissedEntries.Source(
      log: engine.history, texts: engine.texts, grid: engine.grid,
      form: connection.form, cancellation: cancellation)
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
    do {
      repeat {
        frames = ByteBuffer()
        try addRecent(connection, catchUp, &frames)
        guard connection.catchUp === catchUp else { return }
      } while frames.readableBytes > 0 && send(frames, to: connection, catchUp)
    } catch {
      return fail(connection, .internalFault, error)
    }
    guard connection.catchUp === catchUp, case .ready = catchUp.stage else { return }
    if catchUp.owesNothing, catchUp.missed.through >= deliveredThrough {
      return endCatchUp(of: connection)
    }
    if let turnEnd = catchUp.turnEnd, eventLoop.now >= turnEnd, catchUps.isAnybodyWaiting {
      catchUps.endTurn(of: catchUp)
      return enqueue(connection)
    }
    read(connection, catchUp)
  }

  private func read(_ connection: ConnectionHandler, _ catchUp: CatchUp) {
    catchUp.stage = .reading
    let last = min(catchUp.barrier ?? deliveredThrough, deliveredThrough)
    let isConflated = catchUp.slowSince != nil && !catchUp.missed.isFromBefore
    let reading = readers.runIfActive(eventLoop: eventLoop) { [missed = catchUp.missed] in
      var missed = missed
      return (try missed.readPiece(through: last, isConflated: isConflated), missed)
    }
    reading.assumeIsolated().whenComplete { [self] result in
      if case .success(let (piece, _)) = result { counts.count(piece.tally) }
      guard connection.catchUp === catchUp else { return }
      switch result {
      case .failure(let error):
        fail(connection, .resumeFailed, error)
      case .success(let (piece, missed)):
        catchUp.missed = missed
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
  private func addRecent(
    _ connection: ConnectionHandler, _ catchUp: CatchUp, _ frames: inout ByteBuffer
  ) throws {
    while connection.catchUp === catchUp {
      while let owed = catchUp.popDue() {
        try give(owed, to: connection, catchUp, &frames)
        guard connection.catchUp === catchUp else { return }
      }
      let through = catchUp.missed.through
      let barrier = min(catchUp.barrier ?? deliveredThrough, deliveredThrough)
      guard through < barrier, !catchUp.missed.isFromBefore else { return }
      if catchUp.missed.topics.isEmpty {
        catchUp.missed.advance(to: barrier)
        connection.seenThrough = barrier
        continue
      }
      guard frames.readableBytes < MissedEntries.bytesPerPiece, recent.start <= through,
        catchUp.slowSince == nil || recent.byteCount(after: through) <= MissedEntries.bytesPerPiece
      else { return }
      guard let next = recent.first(after: through), next.batch.lastPosition <= barrier else {
        catchUp.missed.advance(to: barrier)
        connection.seenThrough = barrier
        continue
      }
      let skipped = next.batch.previousPosition.distance(to: through)
      let entries = catchUp.missed.topics.reduce(into: []) {
        $0 = Publication.merge($0, next.entries[$1] ?? [])
      }
      try encode(
        entries.filter { Int($0.index) >= skipped }, of: next, &frames, connection.form)
      catchUp.missed.advance(to: next.batch.lastPosition)
      connection.seenThrough = next.batch.lastPosition
    }
  }

  private func give(
    _ owed: CatchUp.Owed.Kind, to connection: ConnectionHandler, _ catchUp: CatchUp,
    _ frames: inout ByteBuffer
  ) throws {
    switch owed {
    case .frames(var owed): frames.writeBuffer(&owed)
    case .topics(let change): catchUp.missed.change(change)
    case .resumption(let missed):
      catchUp.missed = missed
      connection.seenThrough = missed.through
    case .resumed(let resumed):
      var (reply, moved) = (resumed.reply, resumed.moved)
      let hasMoved = catchUp.missed.journey?.hasMoved == true || resumed.mayHaveMoved
      catchUp.missed.endResuming(resumed.topics)
      if catchUp.slowSince != nil { catchUp.slowSince = eventLoop.now }
      frames.writeBuffer(&reply)
      if hasMoved { frames.writeBuffer(&moved) }
    case .over:
      if frames.readableBytes > 0 { connection.write(frames) }
      connection.close(.recordingOver, ending: .serverStopped)
    }
  }
}
