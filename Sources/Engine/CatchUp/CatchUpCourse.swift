import DequeModule
package import EventLog
import World

/// In which order a connection that is behind is sent what it missed, what happens meanwhile, and the replies that
/// tell of a position: nothing before what it speaks of.
///
/// It knows no socket and no thread: whoever owns it sends what it is told to, as slowly as the client reads. See
/// docs/decisions/0023.
package struct CatchUpCourse<Message: OwedMessage> {
  /// What comes next.
  package enum Next {
    /// A reply.
    case message(Message)
    /// What was missed has been sent: that it was; and where the player is now, for one who came into another region.
    case resumed(Message, moved: Message?)
    /// What was delivered just now.
    case entries([Publication.VisibleEntry], of: Publication)
    /// The same, once what is at hand has been sent.
    case waits
    /// What the log has, up to a position.
    case reading(through: Position)
    /// Nothing: it is level.
    case nothing
  }

  /// What comes once everything up to a position has been sent.
  private struct Owed {
    let through: Position
    let kind: Kind

    enum Kind {
      case message(Message)
      /// Other topics from here on.
      case topics((inout Set<DeliveryTopic>) -> Void)
      /// What followed an earlier position.
      case resumption(MissedEntries)
      /// The end of that.
      case resumed(Resumed)
    }
  }

  private struct Resumed {
    let topics: [DeliveryTopic]
    let reply: Message
    /// Nil for one whose surroundings are not watched, or have not changed.
    let moved: Message?
    /// Whether the player may have come there before what was missed.
    let mayHaveMoved: Bool
  }

  /// What an item takes beside its bytes, about.
  private static var itemBytes: Int { 128 }

  /// What is read from the log for it, or has been.
  package var missed: MissedEntries
  private var owed: Deque<Owed> = []
  /// The bytes that are owed, beside what is read from the log.
  package private(set) var owedBytes = 0

  /// The course of a connection that has been sent what comes before these entries.
  package init(_ missed: MissedEntries) {
    self.missed = missed
  }

  // MARK: What is owed

  /// Owes a message, after everything that is owed already and all entries up to a position.
  package mutating func owe(_ message: Message, through position: Position) {
    owe(.message(message), bytes: message.byteCount, through: position)
  }

  /// Owes a reply, and watches other topics from then on, if it says so.
  package mutating func owe(_ message: Message, for body: Reply.Body, through position: Position) {
    if let change = body.changeOfTopics { owe(.topics(change), bytes: 0, through: position) }
    owe(message, through: position)
  }

  /// Owes what a resumption missed that is asked for while this course is on its way.
  package mutating func owe(_ missed: MissedEntries, through position: Position) {
    owe(.resumption(missed), bytes: 0, through: position)
  }

  /// Owes what a subscription that resumes is told when all that was missed has been sent.
  ///
  /// - Parameters:
  ///   - reply: That it was.
  ///   - moved: Where the player is now; nil when the subscription does not say.
  package mutating func owe(
    resumed subscription: Subscription, _ reply: Message, moved: Message?
  ) {
    let resumed = Resumed(
      topics: subscription.topics, reply: reply, moved: moved,
      mayHaveMoved: subscription.mayHaveMissedMove)
    owe(
      .resumed(resumed), bytes: reply.byteCount + (moved?.byteCount ?? 0),
      through: subscription.position)
  }

  private mutating func owe(_ kind: Owed.Kind, bytes: Int, through position: Position) {
    owedBytes += Self.itemBytes + bytes
    owed.append(Owed(through: position, kind: kind))
  }

  // MARK: What comes

  /// Takes what comes next.
  ///
  /// - Parameters:
  ///   - recent: What was delivered just now.
  ///   - last: Everything up to here has been delivered.
  ///   - hasRoom: Whether more entries may be added to what is at hand.
  ///   - isSlow: Whether the client is slow, so that more than a piece is better read from the log, where superseded
  ///     events are left out.
  package mutating func next(
    _ recent: RecentPublications, deliveredThrough last: Position, hasRoom: Bool, isSlow: Bool
  ) -> Next {
    while true {
      if let due = popDue() {
        if let next = take(due) { return next }
        continue
      }
      let end = min(owed.first?.through ?? last, last)
      guard missed.through < end else {
        return owed.isEmpty ? .nothing : .reading(through: end)
      }
      guard !missed.isFromBefore else { return .reading(through: end) }
      guard !missed.topics.isEmpty else {
        missed.advance(to: end)
        continue
      }
      guard hasRoom else { return .waits }
      guard recent.start <= missed.through,
        !isSlow || recent.byteCount(after: missed.through) <= missed.bytesPerPiece
      else { return .reading(through: end) }
      guard let next = recent.first(after: missed.through), next.batch.lastPosition <= end else {
        missed.advance(to: end)
        continue
      }
      return takeEntries(of: next)
    }
  }

  private mutating func popDue() -> Owed.Kind? {
    guard let next = owed.first, next.through <= missed.through else { return nil }
    owed.removeFirst()
    owedBytes -= Self.itemBytes
    return next.kind
  }

  private mutating func take(_ due: Owed.Kind) -> Next? {
    switch due {
    case .message(let message):
      owedBytes -= message.byteCount
      return .message(message)
    case .topics(let change):
      missed.change(change)
      return nil
    case .resumption(let entries):
      missed = entries
      return nil
    case .resumed(let resumed):
      owedBytes -= resumed.reply.byteCount + (resumed.moved?.byteCount ?? 0)
      let hasMoved = missed.journey?.hasMoved == true || resumed.mayHaveMoved
      missed.endResuming(resumed.topics)
      return .resumed(resumed.reply, moved: hasMoved ? resumed.moved : nil)
    }
  }

  private mutating func takeEntries(of publication: Publication) -> Next {
    let skipped = publication.batch.previousPosition.distance(to: missed.through)
    let entries = missed.topics.reduce(into: []) {
      $0 = Publication.merge($0, publication.entries[$1] ?? [])
    }
    missed.advance(to: publication.batch.lastPosition)
    return .entries(entries.filter { Int($0.index) >= skipped }, of: publication)
  }
}

/// What waits for a connection that is behind.
package protocol OwedMessage {
  /// How many bytes it takes while it waits.
  var byteCount: Int { get }
}

extension Reply.Body {
  /// How the topics of a connection are others after the reply; nil when they are not.
  fileprivate var changeOfTopics: ((inout Set<DeliveryTopic>) -> Void)? {
    switch self {
    case .subscribed(let subscription): { $0.formUnion(subscription.topics) }
    case .unsubscribed(let topics): { $0.subtract(topics) }
    case .moved(let from, let subscription):
      {
        $0.remove(from)
        $0.formUnion(subscription.topics)
      }
    case .acknowledged, .rejected, .answered, .opened, .refused, .goodbye, .over: nil
    }
  }
}
