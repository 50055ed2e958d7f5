import Schema

// What is watched, and how what happened reaches its reader.
extension ConversationState {
  /// Takes entries in, up to what there is room for.
  mutating func deliver(_ push: Push) -> [Effect] {
    superseded += UInt64(push.superseded)
    if isObserved {
      if let last = push.entries.last { position = max(position, last.position) }
      return []
    }
    var effects: [Effect] = []
    for entry in push.entries {
      effects += deliver(.entry(entry), at: entry.position)
    }
    return effects
  }

  mutating func deliver(_ notice: Notice, at position: UInt64) -> [Effect] {
    if isOverflowing { return [] }
    if !isObserved && reader == nil && notices.count >= noticesMax {
      isOverflowing = true
      return []
    }
    self.position = max(self.position, position)
    return isObserved ? [] : hand(notice)
  }

  /// Tells of the connection.
  ///
  /// Such notices are few, and go with the rest when there is no reader.
  mutating func announce(_ notice: Notice) -> [Effect] {
    notices.count >= noticesMax ? [] : hand(notice)
  }

  private mutating func hand(_ notice: Notice) -> [Effect] {
    if let reader {
      self.reader = nil
      return [.tell(reader, notice)]
    }
    notices.append(notice)
    return []
  }

  mutating func read(_ reader: NoticeReader, isCancelled: Bool) -> [Effect] {
    precondition(self.reader == nil, "the notices of one client have one reader at a time")
    if let notice = notices.popFirst() { return [.tell(reader, notice)] }
    if isCancelled { return [.tell(reader, nil)] }
    if case .ended = phase { return [.tell(reader, nil)] }
    self.reader = reader
    return isOverflowing ? catchUp() : []
  }

  mutating func stopReading() -> [Effect] {
    guard let reader else { return [] }
    self.reader = nil
    return [.tell(reader, nil)]
  }

  /// Asks for what was thrown away.
  ///
  /// The pushes are stopped first: those that are on their way until then are thrown away too, and
  /// come again in their place. The resume follows when they have, since only a connection that watches
  /// nothing can resume.
  private mutating func catchUp() -> [Effect] {
    guard case .live = phase, resumeID == nil, !topics.isEmpty else { return [] }
    var stop = Unsubscribe()
    stop.topics = topics
    let outgoing = OutgoingMessage(id: takeID(), .unsubscribe(stop))
    resumeID = outgoing.message.id
    return enqueue(outgoing, purpose: .standstill)
  }

  /// The pushes have stopped: what was thrown away is asked for.
  mutating func finishStandstill(_ reply: ServerMessage) -> [Effect] {
    isOverflowing = false
    if case .unsubscribed = reply.message { return enqueueResume() }
    // The next connection watches nothing yet, so that it can resume.
    parting = Parting(
      fault: ClientFault(.protocolViolation, "The server did not stop the pushes"), isFinal: false)
    return connection.map { [.leave($0)] } ?? []
  }

  mutating func enqueueResume() -> [Effect] {
    var subscribe = Subscribe()
    subscribe.topics = topics
    subscribe.afterPosition = position
    let outgoing = OutgoingMessage(id: takeID(), .subscribe(subscribe))
    resumeID = outgoing.message.id
    return enqueue(outgoing, purpose: .resume)
  }

  mutating func finishResume(_ reply: ServerMessage) -> [Effect] {
    switch reply.message {
    case .subscribed(let subscribed):
      // The reader has come to the end of what there was room for, and waits.
      if isOverflowing, reader != nil { return catchUp() }
      let hasReader = !isObserved && !isOverflowing
      return !subscribed.resumed && hasReader ? hand(.restarted(subscribed)) : []
    case .failed(let failed):
      parting = Parting(failed)
    case .rejected(let rejected):
      let fault = ClientFault(.init(rawValue: rejected.code), rejected.message)
      parting = Parting(fault: fault, isFinal: true)
    default:
      let fault = ClientFault(.protocolViolation, "The server did not reply to the resume")
      parting = Parting(fault: fault, isFinal: true)
    }
    return connection.map { [.leave($0)] } ?? []
  }

  /// Keeps the list of topics, and the position, in step with what the server has said.
  mutating func noteWatching(_ request: Outstanding, _ reply: ServerMessage) {
    switch (request.outgoing.message.request, reply.message) {
    case (.subscribe(let subscribe), .subscribed(let subscribed)):
      topics += subscribe.topics.filter { !topics.contains($0) }
      advance(to: subscribed.position)
    case (.unsubscribe(let unsubscribe), .unsubscribed):
      if case .standstill = request.purpose { return }
      topics.removeAll { unsubscribe.topics.contains($0) }
    case (_, .acknowledged(let acknowledged)):
      advance(to: acknowledged.position)
    case (_, .answer(let answer)):
      advance(to: answer.position)
    default: break
    }
  }

  private mutating func advance(to position: UInt64) {
    guard !isOverflowing, resumeID == nil else { return }
    self.position = max(self.position, position)
  }
}
