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
    for delivery in deliveries.compactMap(\.self) {
      for delivery in machine.deliver(delivery) { try deliver(delivery) }
    }
  }

  /// What the gateway does: pushes first, then replies.
  private mutating func deliver(_ delivery: Delivery) throws(Breach) {
    if let publication = delivery.publication {
      for index in views.lines.indices { push(publication, to: index) }
    }
    for reply in delivery.replies { try take(reply) }
  }

  private mutating func push(_ publication: Publication, to index: Int) {
    guard let filings = views.lines[index]?.filings, !filings.isEmpty else { return }
    var visible: [Publication.VisibleEntry] = []
    for topic in filings {
      guard let entries = publication.entries[topic] else { continue }
      visible = visible.isEmpty ? entries : Self.merge(visible, entries)
    }
    guard !visible.isEmpty else { return }
    views.lines[index]?.seenThrough = publication.batch.lastPosition
    for entry in visible {
      let position = publication.batch.firstPosition.advanced(by: Int(entry.index))
      views.lines[index]?.put(.push(Sight(position: position, events: entry.events)))
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
      if case .unwatch(let topic) = views.lines[index]?.pending[reply.id] {
        views.lines[index]?.watch.remove(topic)
        views.watchesChanged()
      }
    case .moved(let from, let subscription):
      views.lines[index]?.filings.removeAll { $0 == from }
      views.lines[index]?.file(under: subscription.topics)
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
    views.lines[index]?.file(under: subscription.topics)
    guard let line = views.lines[index], line.isWhole, let session = line.session,
      case .watch(let topics, let after) = line.pending[reply.id]
    else { return }
    let player = session.requester.player
    for topic in topics { views.lines[index]?.watch.add(topic, of: player) }
    let region = views.region(of: player)
    views.lines[index]?.watch.surroundings = region
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
      views.lines[index]?.seenThrough = subscription.position
      views.lines[index]?.put(.reply(reply))
      return
    }
    try catchUp(subscription, reply, after: after, on: index)
  }

  private mutating func catchUp(
    _ subscription: Subscription, _ reply: Reply, after: Position, on index: Int
  ) throws(Breach) {
    guard let line = views.lines[index] else { return }
    let missed: [Sight]
    do {
      missed = try Catchup(log: disk, grid: grid, watch: line.watch).sights(
        after: after, through: subscription.position)
    } catch {
      throw Breach(.running, "The log cannot be read: \(error)")
    }
    for sight in missed {
      views.lines[index]?.expected.append(sight)
      views.lines[index]?.put(.push(sight))
    }
    views.lines[index]?.seenThrough = subscription.position
    views.lines[index]?.put(.reply(reply))
    tally.count(.resume)
    // The client may have been shown the way there before, and not where it leads.
    guard !subscription.states.isEmpty else { return }
    views.lines[index]?.put(.moved(subscription))
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
    let resumeAfter = line.filings.isEmpty ? .zero : line.seenThrough
    views.lines[index]?.put(.goodbye(resumeAfter: resumeAfter))
    views.lines[index]?.isClosing = true
    views.lines[index]?.filings = []
    views.lines[index]?.watch = Watch()
    views.watchesChanged()
    if !line.isWhole { views.lines[index] = nil }
    if let session = line.session { submit(.closed(session, .lost)) }
  }
}

extension Line {
  /// Sends a message; on a broken line it is gone.
  mutating func put(_ message: Message) {
    if isWhole { messages.append(message) }
  }

  /// Files the connection under topics.
  mutating func file(under topics: [DeliveryTopic]) {
    for topic in topics where !filings.contains(topic) { filings.append(topic) }
  }
}
