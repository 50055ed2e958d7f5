import DequeModule
import Engine
import EventLog
import Schema
import World

extension Simulation {
  /// A client reads so many messages on each of its lines.
  mutating func read(_ number: Int, count: Int) throws(Breach) {
    var lines = views.lines(of: number)
    while let index = lines.popBit() { try read(line: index, count: count) }
  }

  private mutating func read(line index: Int, count: Int) throws(Breach) {
    guard let line = views.lines[index] else { return }
    var rest = count
    while rest > 0, let message = line.messages.popFirst() {
      rest -= 1
      switch message {
      case .push(let sight): try see(sight, on: line)
      case .reply(let reply): try hear(reply, on: index)
      case .moved(let subscription):
        try expectShown(through: subscription.position, on: index)
        tellRegion(of: subscription, on: index)
      case .goodbye(let position): return try hang(up: index, resumeAfter: position)
      }
    }
    // What was read may have closed the line.
    guard line.messages.isEmpty, line.course == nil, let missing = line.expected.first,
      views.lines[index] === line
    else { return }
    throw Breach(
      .view,
      "Client \(line.client) was never sent what it may see of position \(missing.position).")
  }

  private mutating func see(_ sight: Sight, on line: Line) throws(Breach) {
    let expected = line.expected.popFirst()
    guard expected != sight else {
      if clients[line.client].line == line.index { clients[line.client].lastSeen = sight.position }
      return
    }
    throw Breach(
      .view,
      """
      Client \(line.client) was sent \(sight.text); what it may see next is \
      \(expected?.text ?? "nothing").
      """)
  }

  /// The client whose line it is; nil when the client talks on another by now.
  private func current(_ index: Int) -> Int? {
    guard let client = views.lines[index]?.client, clients[client].line == index else { return nil }
    return client
  }

  /// Everything up to a position that is told must have been pushed.
  private func expectShown(through position: Position, on index: Int) throws(Breach) {
    guard let line = views.lines[index], let missing = line.expected.first,
      missing.position <= position
    else { return }
    throw Breach(
      .view,
      "Client \(line.client) was told of position \(position) before it was shown position \(missing.position)."
    )
  }

  private mutating func hear(_ reply: Reply, on index: Int) throws(Breach) {
    let pending = views.lines[index]?.pending.remove(id: reply.id)
    switch (reply.body, pending) {
    case (.acknowledged(let position), .command(let key, let name, _)):
      try expectShown(through: position, on: index)
      try commands.acknowledge(key, at: position, durable: durable, life: life)
      tally.acknowledged[name, default: 0] += 1
    case (.rejected(let rejection), .command(let key, _, let known)):
      try commands.refuse(key, with: rejection.code, known: known, life: life)
      tally.rejected[rejection.code, default: 0] += 1
    case (.answered(let answer), .question):
      try expectShown(through: Position(answer.position), on: index)
      tally.answered += 1
    case (.rejected, .question), (.rejected, .watch): break
    case (.opened(let session, let opening), .signIn):
      try signedIn(session, opening, on: index)
    case (.refused, .signIn): refuseSignIn(on: index)
    case (.subscribed(let subscription), .watch(let topics, let after)):
      try expectShown(through: subscription.position, on: index)
      watches(topics, subscription, resumed: after != nil, on: index)
    case (.unsubscribed, .unwatch(let topic)):
      if let client = current(index) {
        clients[client].topics.removeAll { $0 == topic }
        if case .surroundings = topic { clients[client].toldRegion = nil }
      }
    case (.moved(_, let subscription), nil):
      try expectShown(through: subscription.position, on: index)
      tellRegion(of: subscription, on: index)
    default:
      throw Breach(
        .once, "Request \(reply.id) was answered by \(reply.body), which is no answer to it.")
    }
  }

  private mutating func signedIn(
    _ session: Session, _ opening: Opening, on index: Int
  ) throws(Breach) {
    guard let number = current(index) else { return }
    if !clients[number].isOperator, clients[number].player == nil {
      clients[number].player = session.requester.player
      playersChanged()
    }
    guard opening.position <= durable else {
      throw Breach(
        .durable,
        "Client \(number) was welcomed at position \(opening.position); \(durable) is durable.")
    }
  }

  /// The player may not come any more: the client forgets it, and comes as somebody new.
  private mutating func refuseSignIn(on index: Int) {
    let number = current(index)
    views.close(index)
    guard let number else { return }
    clients[number].beginAnew()
    playersChanged()
  }

  private mutating func watches(
    _ topics: [Topic.OneOf_Topic], _ subscription: Subscription, resumed: Bool, on index: Int
  ) {
    guard let number = current(index) else { return }
    if !resumed, views.lines[index]?.hasSubscribed != true {
      clients[number].topics = []
      clients[number].toldRegion = nil
    }
    views.lines[index]?.hasSubscribed = true
    for topic in topics where !clients[number].topics.contains(topic) {
      clients[number].topics.append(topic)
    }
    clients[number].lastSeen = max(clients[number].lastSeen, subscription.position)
    if !resumed { tellRegion(of: subscription, on: index) }
  }

  private mutating func tellRegion(of subscription: Subscription, on index: Int) {
    guard let number = current(index) else { return }
    for state in subscription.states {
      guard case .surroundings = state.topic.topic else { continue }
      let region = state.regions.first?.region.region ?? 0
      clients[number].toldRegion = RegionID(region)
    }
  }

  /// The client reads that its session is over.
  private mutating func hang(up index: Int, resumeAfter: Position) throws(Breach) {
    try expectShown(through: resumeAfter, on: index)
    if let number = current(index) {
      clients[number].line = nil
      clients[number].lastSeen = max(clients[number].lastSeen, resumeAfter)
    }
    views.close(index)
  }

  /// Every client reads all there is, and must then know all there is to know.
  mutating func readAll() throws(Breach) {
    for number in Client.numbers { try read(number, count: .max) }
    for case let line? in views.lines where line.isWhole && !line.isClosing {
      guard clients[line.client].line == views.index(of: line.connection),
        let player = line.watch.follows
      else { continue }
      let region = views.region(of: player)
      guard clients[line.client].toldRegion == region else {
        throw Breach(
          .view,
          """
          Client \(line.client) was told the state of region \(clients[line.client].toldRegion ?? region) as its \
          surroundings; its player is in region \(region).
          """)
      }
    }
  }
}

extension Sight {
  /// For a sentence.
  fileprivate var text: String {
    "events \(String(events, radix: 2)) of position \(position)"
  }
}
