import EventLog
import Schema

/// Which entries somebody wants to see, beyond their kinds and positions.
///
/// It asks by the names of fields, so it holds for systems that are not written yet: see ``Subject``.
struct EntryFilter: Sendable {
  /// What an entry may be about.
  enum Subject: String, CaseIterable, Sendable {
    /// A player: who caused the entry, or is named in it.
    case player
    /// A region.
    case region
    /// A unique item.
    case item
    /// A trade.
    case trade

    /// Whether a field of this name holds such a number.
    func isHeld(byField name: String) -> Bool {
      switch self {
      case .player:
        ["player", "proposer", "partner", "from", "to", "performers"].contains(name)
          || name.hasSuffix("_player")
      case .region: name == "region" || name.hasSuffix("_region")
      case .item: name == "item" || name.hasSuffix("_item")
      case .trade: name == "trade" || name.hasSuffix("_trade")
      }
    }
  }

  /// One number that an entry must have.
  struct Wanted: Sendable {
    /// What the number stands for.
    let subject: Subject
    /// The number.
    let number: UInt64
    /// The number as it would stand in the payload.
    fileprivate let pattern: [UInt8]

    /// Asks for a number.
    init(_ subject: Subject, _ number: UInt64) {
      self.subject = subject
      self.number = number
      pattern = Protobuf.varint(number)
    }
  }

  /// What an entry must have: all of it.
  let wanted: [Wanted]

  /// Asks for entries that are about all of these.
  init(_ wanted: [Wanted]) {
    self.wanted = wanted
  }

  /// Whether the entry may be one: false only when it is not.
  ///
  /// Looks at the bytes and decodes nothing.
  func mayMatch(_ entry: EntryView) -> Bool {
    wanted.allSatisfy { wanted in
      wanted.isActor(of: entry.actor) || entry.payload.contains(wanted.pattern)
    }
  }

  /// Whether the entry is one.
  func matches(actor: ActorID, events: [EventText]) -> Bool {
    wanted.allSatisfy { wanted in
      wanted.isActor(of: actor)
        || events.contains { event in
          event.fields.contains { $0.mentions(wanted) }
        }
    }
  }
}

extension EntryFilter.Wanted {
  fileprivate func isActor(of actor: ActorID) -> Bool {
    subject == .player && actor.rawValue == number
  }
}

extension FieldValue.Field {
  /// Whether the number is anywhere in it, in a field that such a number stands in.
  func mentions(_ wanted: EntryFilter.Wanted) -> Bool {
    switch value {
    case .number(let digits):
      wanted.subject.isHeld(byField: name) && UInt64(digits) == wanted.number
    case .message(let fields): fields.contains { $0.mentions(wanted) }
    case .list(let values):
      values.contains { FieldValue.Field(name: name, value: $0).mentions(wanted) }
    case .text, .flag, .null: false
    }
  }
}

extension RawSpan {
  /// Whether the bytes occur anywhere.
  fileprivate func contains(_ pattern: [UInt8]) -> Bool {
    guard let first = pattern.first, pattern.count <= byteCount else { return false }
    for start in 0...(byteCount - pattern.count) where byte(at: start) == first {
      if pattern.indices.allSatisfy({ byte(at: start + $0) == pattern[$0] }) { return true }
    }
    return false
  }

  private func byte(at offset: Int) -> UInt8 {
    // Every bit pattern is a valid byte, and the load checks its bounds.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
