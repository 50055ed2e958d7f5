import EventLog
import Schema

/// What becomes of one thing in the course of its events, to be told in a closing line.
struct Story: Sendable {
  /// What the events came to so far.
  private enum State {
    /// Nothing that has a state of its own.
    case plain
    case item(ItemStory)
    case trade(TradeStory)
  }

  /// What it is about.
  let subject: EntryFilter.Subject
  /// Its number.
  let number: UInt64
  /// Events so far.
  private(set) var events = 0
  /// The first entry with one.
  private(set) var first: EntryHeader?
  /// The last entry with one.
  private(set) var last: EntryHeader?
  private var players: Set<UInt64> = []
  private var state: State

  /// A story that begins.
  init(of wanted: EntryFilter.Wanted) {
    subject = wanted.subject
    number = wanted.number
    state =
      switch wanted.subject {
      case .item: .item(ItemStory(item: wanted.number))
      case .trade: .trade(TradeStory())
      case .player, .region: .plain
      }
  }

  /// Goes on with an event.
  mutating func note(_ event: Event, of header: EntryHeader) {
    events += 1
    first = first ?? header
    last = header
    if header.actor.isPlayer { players.insert(header.actor.rawValue) }
    switch state {
    case .plain: break
    case .item(var item):
      item.note(event)
      state = .item(item)
    case .trade(var trade):
      trade.note(event)
      state = .trade(trade)
    }
  }

  /// Whether nothing can follow: numbers are never used again.
  var isOver: Bool {
    switch state {
    case .plain: false
    case .item(let item): item.isGone
    case .trade(let trade): trade.isOver
    }
  }

  /// How it stands, in a sentence; nil when there was no event.
  func closing(_ names: NameBook) -> String? {
    guard let first, let last else { return nil }
    let events = Figures.count(self.events, "event", "events")
    let span =
      first.position == last.position
      ? "at position \(first.position)" : "at positions \(first.position) to \(last.position)"
    let told =
      switch state {
      case .item(let item): item.closing(names)
      case .trade(let trade): trade.closing(number, names)
      case .plain:
        subject == .player
          ? names.player(number)
          : "\(names.region(UInt32(clamping: number))): "
            + Figures.count(players.count, "player", "players") + " did something there"
      }
    return "\(told); \(events) \(span)"
  }
}
