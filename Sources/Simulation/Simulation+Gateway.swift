import Engine
import EventLog
import Schema
import World

extension Simulation {
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
    if let publication = delivery.publication { push(publication) }
    for reply in delivery.replies { try take(reply) }
  }

  private mutating func push(_ publication: Publication) {
    var seeing: UInt64 = 0
    for (topic, entries) in publication.entries {
      let lines = views.lines(filedUnder: topic)
      seeing |= lines
      var rest = lines
      while let index = rest.popBit() {
        visible[index] = visible[index].isEmpty ? entries : Self.merge(visible[index], entries)
      }
    }
    while let index = seeing.popBit() {
      views.lines[index]?.push(visible[index], of: publication.batch)
      visible[index] = []
    }
  }

  /// Every entry of two topics once, in order, with all its visible events.
  private static func merge(
    _ left: [Publication.VisibleEntry], _ right: [Publication.VisibleEntry]
  ) -> [Publication.VisibleEntry] {
    var merged: [Publication.VisibleEntry] = []
    merged.reserveCapacity(left.count + right.count)
    var (one, other) = (left.startIndex, right.startIndex)
    while one < left.endIndex, other < right.endIndex {
      if left[one].index == right[other].index {
        merged.append(left[one])
        merged[merged.count - 1].events |= right[other].events
        one += 1
        other += 1
      } else if left[one].index < right[other].index {
        merged.append(left[one])
        one += 1
      } else {
        merged.append(right[other])
        other += 1
      }
    }
    return merged + left[one...] + right[other...]
  }

  private mutating func take(_ reply: Reply) throws(Breach) {
    guard let index = views.index(of: reply.connection), views.lines[index]?.isClosing == false
    else {
      // The client did not wait.
      if case .opened(let session, _) = reply.body { submit(.closed(session, .lost)) }
      return
    }
    switch reply.body {
    case .opened(let session, _): views.lines[index]?.session = session
    case .subscribed(let subscription): return try begin(subscription, reply, on: index)
    case .unsubscribed(let topics):
      views.lines[index]?.filings.removeAll { topics.contains($0) }
      views.filingsChanged()
      if case .unwatch(let topic) = views.lines[index]?.pending[reply.id] {
        views.lines[index]?.watch.remove(topic)
        views.watchesChanged()
      }
    case .moved(let from, let subscription):
      views.lines[index]?.filings.removeAll { $0 == from }
      views.lines[index]?.file(under: subscription.topics)
      views.filingsChanged()
      try expectSurroundings(subscription, on: index)
    case .goodbye: return end(index)
    case .acknowledged, .rejected, .answered, .refused, .over: break
    }
    views.lines[index]?.put(.reply(reply))
  }

  /// A line watches from here on; what its client missed comes first.
  private mutating func begin(
    _ subscription: Subscription, _ reply: Reply, on index: Int
  ) throws(Breach) {
    guard let line = views.lines[index] else { return }
    line.file(under: subscription.topics)
    views.filingsChanged()
    guard line.isWhole, let session = line.session,
      case .watch(let topics, let after) = line.pending[reply.id]
    else { return }
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
      line.seenThrough = subscription.position
      line.put(.reply(reply))
      return
    }
    try catchUp(subscription, reply, after: after, on: line)
  }

  private mutating func catchUp(
    _ subscription: Subscription, _ reply: Reply, after: Position, on line: Line
  ) throws(Breach) {
    let missed: [Sight]
    do {
      missed = try Catchup(log: disk, grid: grid, watch: line.watch).sights(
        after: after, through: subscription.position)
    } catch {
      throw Breach(.running, "The log cannot be read: \(error)")
    }
    for sight in missed {
      line.expected.append(sight)
      line.put(.push(sight))
    }
    line.seenThrough = subscription.position
    line.put(.reply(reply))
    tally.count(.resume)
    // The client may have been shown the way there before, and not where it leads.
    guard !subscription.states.isEmpty else { return }
    line.put(.moved(subscription))
  }

  private func expectSurroundings(
    _ subscription: Subscription, on index: Int
  ) throws(Breach) {
    guard let line = views.lines[index], let player = line.watch.follows else { return }
    let region = views.region(of: player)
    guard subscription.topics == [.surroundings(region)] else {
      throw Breach(
        .view,
        "Client \(line.client) was moved to \(subscription.topics); its player is in region \(region)."
      )
    }
  }

  /// The session of a line is over: the client is told up to where everything was sent.
  private mutating func end(_ index: Int) {
    guard let line = views.lines[index] else { return }
    line.put(.goodbye(resumeAfter: line.filings.isEmpty ? .zero : line.seenThrough))
    line.isClosing = true
    line.filings = []
    line.watch = Watch()
    views.watchesChanged()
    views.filingsChanged()
    if !line.isWhole { views.close(index) }
    if let session = line.session { submit(.closed(session, .lost)) }
  }
}

extension Line {
  /// Sends a message; on a broken line it is gone.
  func put(_ message: Message) {
    if isWhole { messages.append(message) }
  }

  /// Sends what is visible of a batch.
  fileprivate func push(_ visible: [Publication.VisibleEntry], of batch: EntryBatch) {
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
