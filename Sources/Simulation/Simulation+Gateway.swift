import Engine
import EventLog
import Schema
import World

extension Simulation {
  /// Who has more messages unread is behind.
  private static let unreadMax = 200

  /// Hands what the batch under way has brought to the connections.
  mutating func tell() throws(Breach) {
    let deliveries: [Delivery?]
    do throws(EngineFault) {
      deliveries = try engine.takeDeliveries()
    } catch {
      throw Breach(.running, "The engine ended by itself: \(error)")
    }
    for case let delivery? in deliveries {
      guard let change = machine.deliver else {
        try deliver(delivery)
        continue
      }
      for delivery in change(delivery) { try deliver(delivery) }
    }
  }

  /// What the gateway does: pushes first, then replies.
  private mutating func deliver(_ delivery: Delivery) throws(Breach) {
    if views.linesBehind == 0 {
      recent.restart(at: delivery.through)
    } else if let publication = delivery.publication {
      recent.append(publication)
    }
    if let publication = delivery.publication { push(publication) }
    for reply in delivery.replies { try take(reply, through: delivery.through) }
    for case let line? in views.lines where line.messages.count > Self.unreadMax {
      fallBehind(line)
    }
    deliveredThrough = delivery.through
  }

  /// The client does not read: what happens from here on is read from the log for it.
  private mutating func fallBehind(_ line: Line) {
    guard line.course == nil, !line.isClosing, !line.filings.isEmpty else { return }
    let through = max(line.seenThrough, deliveredThrough)
    let missed = MissedEntries(after: through, Set(line.filings), from: source)
    views.fallBehind(line, CatchUpCourse(missed))
    tally.count(.fellBehind)
  }

  private mutating func push(_ publication: Publication) {
    var seeing: UInt64 = 0
    for (topic, entries) in publication.entries {
      let lines = views.lines(filedUnder: topic) & ~views.linesBehind
      seeing |= lines
      var rest = lines
      while let index = rest.popBit() {
        visible[index] =
          visible[index].isEmpty ? entries : Publication.merge(visible[index], entries)
      }
    }
    while let index = seeing.popBit() {
      views.lines[index]?.push(visible[index], of: publication.batch)
      visible[index] = []
    }
  }

  private mutating func take(_ reply: Reply, through last: Position) throws(Breach) {
    guard let index = views.index(of: reply.connection), let line = views.lines[index],
      !line.isClosing
    else {
      // The client did not wait.
      if case .opened(let session, _) = reply.body { submit(.closed(session, .lost)) }
      return
    }
    switch reply.body {
    case .opened(let session, _): line.session = session
    case .subscribed(let subscription):
      guard try begin(subscription, reply, on: line) else { return }
    case .unsubscribed(let topics):
      line.filings.removeAll { topics.contains($0) }
      views.filingsChanged()
      if case .unwatch(let topic) = line.pending[reply.id] {
        line.watch.remove(topic)
        views.watchesChanged()
      }
    case .moved(let from, let subscription):
      line.filings.removeAll { $0 == from }
      line.file(under: subscription.topics)
      views.filingsChanged()
      try expectSurroundings(subscription, on: line)
    case .goodbye: return end(line)
    case .acknowledged, .rejected, .answered, .refused, .over: break
    }
    if line.course == nil {
      line.put(.reply(reply))
    } else {
      line.course?.owe(.reply(reply), for: reply.body, through: last)
    }
  }

  /// A line watches from here on; what its client missed comes first.
  ///
  /// - Returns: Whether it is told so with what this delivery brings.
  private mutating func begin(
    _ subscription: Subscription, _ reply: Reply, on line: Line
  ) throws(Breach) -> Bool {
    line.file(under: subscription.topics)
    views.filingsChanged()
    guard line.isWhole, let session = line.session,
      case .watch(let topics, let after) = line.pending[reply.id]
    else { return false }
    let player = session.requester.player
    for topic in topics { line.watch.add(topic, of: player) }
    line.watch.surroundings = views.region(of: player)
    views.watchesChanged()
    guard subscription.position == durable else {
      throw Breach(
        .view,
        "Client \(line.client) watches from position \(subscription.position) on, and \(durable) is durable."
      )
    }
    guard subscription.resumeAfter == after else {
      throw Breach(
        .view,
        "Client \(line.client) asked to resume after position \(after ?? .zero); the log ends at \(durable), and it was told to begin anew."
      )
    }
    guard let after else {
      if line.course == nil { line.seenThrough = subscription.position }
      return true
    }
    views.expectMissed(after: after, through: subscription.position, on: line)
    resume(subscription, reply, of: session.requester, on: line)
    return false
  }

  /// Where what was missed is read.
  private var source: MissedEntries.Source {
    MissedEntries.Source(
      log: machine.history?(disk) ?? disk, texts: storage.texts, grid: grid,
      cancellation: Cancellation(), bounds: .simulated)
  }

  private mutating func resume(
    _ subscription: Subscription, _ reply: Reply, of requester: Requester, on line: Line
  ) {
    guard let missed = MissedEntries(subscription, of: requester, from: source) else { return }
    var course = CatchUpCourse<Line.Message>(missed)
    course.owe(
      resumed: subscription, .reply(reply),
      moved: subscription.states.isEmpty ? nil : .moved(subscription))
    line.seenThrough = missed.through
    views.fallBehind(line, course)
    tally.count(.resume)
  }

  private func expectSurroundings(
    _ subscription: Subscription, on line: Line
  ) throws(Breach) {
    guard let player = line.watch.follows else { return }
    let region = views.region(of: player)
    guard subscription.topics == [.surroundings(region)] else {
      throw Breach(
        .view,
        "Client \(line.client) was moved to \(subscription.topics); its player is in region \(region)."
      )
    }
  }

  /// The session of a line is over: the client is told up to where everything was sent.
  private mutating func end(_ line: Line) {
    line.put(.goodbye(resumeAfter: line.filings.isEmpty ? .zero : line.seenThrough))
    line.isClosing = true
    line.filings = []
    line.watch = Watch()
    views.watchesChanged()
    views.filingsChanged()
    views.comeLevel(line)
    if !line.isWhole { views.close(line.index) }
    if let session = line.session { submit(.closed(session, .lost)) }
  }
}

extension Line {
  /// Sends a message; on a broken line it is gone.
  func put(_ message: Message) {
    if isWhole { messages.append(message) }
  }

  /// Sends what is visible of a batch.
  func push(_ visible: [Publication.VisibleEntry], of batch: EntryBatch) {
    seenThrough = batch.lastPosition
    guard isWhole else { return }
    for entry in visible {
      let position = batch.firstPosition.advanced(by: Int(entry.index))
      messages.append(.push(Sight(position: position, events: entry.events)))
    }
  }

  /// Files the connection under topics.
  func file(under topics: [DeliveryTopic]) {
    for topic in topics where !filings.contains(topic) { filings.append(topic) }
  }
}
