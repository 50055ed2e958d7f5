import DequeModule
import EventLog
import Schema
import World

/// What was sent, what came of it by the log, and what was told: promises 1 and 3.
///
/// It is kept from what model players send and from the bytes of the log, and knows nothing of the engine's
/// own table of retries.
struct CommandBook {
  /// A command of an actor.
  struct Key: Hashable {
    let actor: ActorID
    let command: CommandID
  }

  /// What is known of a command that was sent.
  private struct Record {
    /// Whose it is.
    let actor: ActorID
    /// Where it took effect last, by the log.
    var position = Position.zero
    /// How many commands of the actor had taken effect then, this one included.
    var number = 0
    /// How it was refused last, and in which life of the server.
    var refusal: (code: String, life: Int, sent: Int)?
  }

  /// So many commands of an actor are known, by the protocol.
  static let window = 128
  /// A refusal is surely remembered until so many more commands were sent, while the server lives.
  private static let refusalsKept = 16_000
  /// A refusal that says how the server is, and not what is wrong with the command.
  private static let passing: Set<String> = ["disk_full"]

  /// The latest commands of one client, which numbers them one after the other.
  private struct Sender {
    /// So many are kept: more than can be sent again, or be under way.
    private static let kept = 1_024

    private var first: UInt64 = 1
    private var records: Deque<Record> = []

    /// The record of a command by its number; nil when it is none of those that were sent lately.
    subscript(number: UInt64) -> Record? {
      get { index(of: number).map { records[$0] } }
      set { if let newValue, let index = index(of: number) { records[index] = newValue } }
    }

    private func index(of number: UInt64) -> Int? {
      guard number >= first, number - first < UInt64(records.count) else { return nil }
      return Int(number - first)
    }

    /// Adds the next command; one that was sent before stays as it is.
    mutating func add(_ record: Record, number: UInt64) {
      guard number == first + UInt64(records.count) else { return }
      records.append(record)
      guard records.count > Self.kept else { return }
      records.removeFirst()
      first += 1
    }
  }

  private var senders = Array(repeating: Sender(), count: Client.numbers.count + 1)
  private var accepted: [ActorID: Int] = [:]
  private var sent = 0
  /// The last position that somebody was told.
  private(set) var told = Position.zero

  /// Notes that a command is sent.
  mutating func send(_ key: Key) {
    sent += 1
    let (sender, number) = key.command.parts
    senders[sender].add(Record(actor: key.actor), number: number)
  }

  private subscript(key: Key) -> Record? {
    get {
      let (sender, number) = key.command.parts
      guard senders.indices.contains(sender), let record = senders[sender][number],
        record.actor == key.actor
      else { return nil }
      return record
    }
    set {
      let (sender, number) = key.command.parts
      if senders.indices.contains(sender) { senders[sender][number] = newValue }
    }
  }

  /// Notes an entry that is durable.
  ///
  /// - Throws: when it came of a command that nobody sent, or that took effect not long before.
  mutating func record(_ entry: EntryStamp) throws(Breach) {
    guard entry.commandID != .none else { return }
    let key = Key(actor: entry.actor, command: entry.commandID)
    guard var record = self[key] else {
      throw Breach(
        .once,
        "The entry at position \(entry.position) came of command \(entry.commandID) of actor \(entry.actor), which nobody sent."
      )
    }
    let number = (accepted[entry.actor] ?? 0) + 1
    accepted[entry.actor] = number
    if record.number > 0, number - record.number <= Self.window {
      throw Breach(
        .once,
        "Command \(entry.commandID) of actor \(entry.actor) took effect at position \(record.position) and again at \(entry.position)."
      )
    }
    record.position = entry.position
    record.number = number
    self[key] = record
  }

  /// Whether the command has taken effect and must be known to have.
  func position(of key: Key) -> Position? {
    guard let record = self[key], record.number > 0,
      (accepted[key.actor] ?? 0) - record.number < Self.window
    else { return nil }
    return record.position
  }

  /// Checks an acknowledgement.
  ///
  /// - Parameters:
  ///   - durable: The last position that is durable.
  ///   - life: Which life of the server it is.
  mutating func acknowledge(
    _ key: Key, at position: Position, durable: Position, life: Int
  ) throws(Breach) {
    told = max(told, position)
    guard let record = self[key], record.number > 0, position <= durable else {
      throw Breach(
        .durable,
        "Command \(key.command) of actor \(key.actor) was acknowledged at position \(position), and is not in the log, which ends at \(durable)."
      )
    }
    guard record.position == position else {
      throw Breach(
        .once,
        "Command \(key.command) of actor \(key.actor) took effect at position \(record.position) and was acknowledged at \(position)."
      )
    }
    guard let refusal = record.refusal, refusal.life == life,
      sent - refusal.sent < Self.refusalsKept
    else { return }
    throw Breach(
      .once,
      "Command \(key.command) of actor \(key.actor) was refused with \(refusal.code), and then acknowledged at position \(position) by the same server."
    )
  }

  /// Checks a refusal.
  ///
  /// - Parameters:
  ///   - known: Where the command had taken effect when it was sent, if it had.
  ///   - life: Which life of the server it is.
  mutating func refuse(
    _ key: Key, with code: String, known: Position?, life: Int
  ) throws(Breach) {
    if let known, position(of: key) == known {
      throw Breach(
        .once,
        "Command \(key.command) of actor \(key.actor) took effect at position \(known), was sent again, and was refused with \(code)."
      )
    }
    guard !Self.passing.contains(code), var record = self[key] else { return }
    if let refusal = record.refusal, refusal.life == life,
      sent - refusal.sent < Self.refusalsKept, refusal.code != code
    {
      throw Breach(
        .once,
        "Command \(key.command) of actor \(key.actor) was refused with \(refusal.code), was sent again, and was refused with \(code)."
      )
    }
    if record.refusal?.life != life { record.refusal = (code, life, sent) }
    self[key] = record
  }
}

extension CommandID {
  /// The number of a client's command: unique for its actor, also where two clients are one actor.
  init(client: Int, number: UInt64) {
    self.init(UInt64(client + 1) << 40 | number)
  }

  /// The same taken apart: the client's place, counted from 1, and the command's number, counted from 1.
  fileprivate var parts: (sender: Int, number: UInt64) {
    (Int(rawValue >> 40), rawValue & (1 << 40 - 1))
  }
}
