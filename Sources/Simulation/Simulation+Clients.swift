import Engine
import EventLog
import Schema
import SwiftProtobuf
import World

extension Simulation {
  /// So many requests a connection may have without reply, as the gateway has it.
  private static let inFlightMax = 64
  /// How many entries a client that resumes has missed, as a rule, at most.
  private static let gapMax = 192
  /// So many topics a connection may watch, as the gateway has it.
  private static let topicsMax = 16

  /// Hands something to the engine.
  mutating func submit(_ inbound: Inbound) {
    guard let change = machine.submit else { return engine.handle(inbound) }
    for inbound in change(inbound) { engine.handle(inbound) }
  }

  // MARK: Coming and going

  /// A client connects; a line it still has goes on without it, and one more than that times out.
  mutating func connect(_ number: Int) {
    if views.lines(of: number).nonzeroBitCount > 1 { hangUp(number) }
    guard let index = views.open(for: number, after: connectionCount),
      let line = views.lines[index]
    else { return }
    connectionCount += 1
    requestCount += 1
    line.pending.append(.signIn, id: requestCount)
    clients[number].line = index
    let credential: Credential =
      if clients[number].isOperator { .operator } else if let player = clients[number].player {
        .player(player)
      } else {
        .newPlayer
      }
    submit(.open(line.connection, id: requestCount, credential, client: clients[number].name))
  }

  /// All lines of a client are lost, and the gateway knows.
  mutating func hangUp(_ number: Int) {
    var lines = views.lines(of: number)
    while let index = lines.popBit() {
      if let session = views.lines[index]?.session { submit(.closed(session, .lost)) }
      views.close(index)
    }
    clients[number].line = nil
    tally.count(.lostConnection)
  }

  /// A client's line is lost, and the gateway does not know: it goes on sending.
  mutating func vanish(_ number: Int) {
    guard let index = clients[number].line else { return }
    views.lines[index]?.breakUnnoticed()
    views.watchesChanged()
    clients[number].line = nil
    tally.count(.halfOpenConnection)
  }

  /// A client says farewell.
  mutating func leave(_ number: Int) {
    request(by: number, .farewell) { .farewell(id: $0) }
  }

  /// The gateway finds that a client does nothing, or something again.
  mutating func report(_ number: Int, isIdle: Bool) {
    guard let line = clients[number].line, let session = views.lines[line]?.session,
      session.requester.role == .player
    else { return }
    submit(isIdle ? .idle(session) : .active(session))
  }

  // MARK: Requests

  /// Sends a request on the client's line, if it is signed in there.
  private mutating func request(
    by number: Int, _ pending: Pending, _ request: (UInt64) -> Request
  ) {
    guard let index = clients[number].line, let line = views.lines[index],
      let session = line.session, !line.isClosing, line.pending.count < Self.inFlightMax,
      !line.isResuming
    else { return }
    requestCount += 1
    line.pending.append(pending, id: requestCount)
    submit(.requests(session, [request(requestCount)]))
  }

  /// A client sends a command of a kind.
  mutating func send(_ name: CommandName, _ draw: Draw, by number: Int) {
    guard let actor = clients[number].actor else { return }
    var model = CommandModel(
      player: clients[number].player ?? PlayerID(actor.rawValue),
      others: players, now: clock.now(), draw: draw)
    let command = engine.look { model.command(name, in: $0) }
    let key = CommandBook.Key(actor: actor, command: clients[number].nextCommandID())
    clients[number].keep(key, command)
    send(command, key, by: number)
    tally.commands += 1
  }

  /// A client sends one of its latest commands again; now and then with another content, which is
  /// the same command all the same.
  mutating func resend(_ draw: Draw, by number: Int) {
    var draw = draw
    guard let former = draw.element(of: clients[number].latest) else { return }
    let other = draw.once(in: 10) ? draw.element(of: clients[number].latest) : nil
    send(other?.command ?? former.command, former.key, by: number)
    tally.commands += 1
    tally.count(.retry)
  }

  private mutating func send(_ command: Command, _ key: CommandBook.Key, by number: Int) {
    commands.send(key)
    let known = commands.position(of: key)
    request(by: number, .command(key, CommandName(command), known: known)) {
      .command(id: $0, commandID: key.command, command)
    }
  }

  /// A client asks a question.
  mutating func ask(_ draw: Draw, by number: Int) {
    var model = QueryModel(
      player: clients[number].player, others: players, draw: draw)
    let query = model.query()
    request(by: number, .question) { .query(id: $0, query) }
    tally.queries += 1
  }

  /// A client watches one topic more; all that it watched before, if it comes back.
  mutating func watch(_ draw: Draw, by number: Int) {
    var draw = draw
    guard let index = clients[number].line, let line = views.lines[index], line.session != nil
    else { return }
    let isFirst = !line.hasAsked
    let regions = Int(grid.count)
    let topics: [Topic.OneOf_Topic] =
      if isFirst, !clients[number].topics.isEmpty, !draw.once(in: 5) {
        clients[number].topics
      } else {
        switch draw.below(8) {
        case 0...1: [.own(OwnTopic())]
        case 2...3: [.surroundings(SurroundingsTopic())]
        case 4: [.region(UInt32(draw.below(regions + 2)))]
        case 5: [.everyone(EveryoneTopic())]
        case 6: [.own(OwnTopic()), .surroundings(SurroundingsTopic()), .everyone(EveryoneTopic())]
        default: [.operators(OperatorsTopic())]
        }
      }
    guard line.watchedCount + topics.count <= Self.topicsMax else { return }
    let lastSeen = clients[number].lastSeen
    // Who missed much begins anew, as a rule: to read all of it takes longer than all else.
    let isResumable =
      isFirst && topics == clients[number].topics && lastSeen > .zero
      && (lastSeen.distance(to: durable) <= Self.gapMax || draw.once(in: 6))
    let after = isResumable && !draw.once(in: 8) ? lastSeen : nil
    // Who resumes asks for nothing else until it has, so that nothing is told before it is shown.
    guard after == nil || line.pending.isEmpty else { return }
    line.hasAsked = true
    request(by: number, .watch(topics, after: after)) { id in
      .subscribe(id: id, topics.map { topic in .with { $0.topic = topic } }, after: after)
    }
  }

  /// A client watches one topic less.
  mutating func unwatch(_ draw: Draw, by number: Int) {
    var draw = draw
    guard let topic = draw.element(of: clients[number].topics) else { return }
    request(by: number, .unwatch(topic)) { id in
      .unsubscribe(id: id, [.with { $0.topic = topic }])
    }
  }
}

extension Line {
  /// Whether the client waits for what it missed.
  var isResuming: Bool {
    guard hasAsked, !hasSubscribed else { return false }
    return pending.requests.contains {
      if case .watch(_, .some) = $0.pending { true } else { false }
    }
  }

  /// How many topics are watched, those of requests without reply included.
  var watchedCount: Int {
    var count = watch.count
    for case (_, .watch(let topics, _)) in pending.requests { count += topics.count }
    return count
  }
}

extension Watch {
  /// How many topics are watched.
  var count: Int {
    [own != nil, follows != nil, seesEveryone, seesAll].count { $0 } + regions.count
  }
}
