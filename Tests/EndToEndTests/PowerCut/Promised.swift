import EventLog

/// What had been promised to somebody when the power failed.
struct Promised {
  /// A command that was acknowledged.
  struct Command: Sendable {
    let actor: UInt64
    let id: UInt64
    let position: UInt64
  }

  /// The last position that anybody was told of.
  var position: UInt64 = 0
  /// The commands that were acknowledged, in order.
  private(set) var commands: [Command] = []
  /// What was said, by position.
  private(set) var texts: [UInt64: String] = [:]
  /// Who registered.
  private(set) var accounts: [String] = []
  /// The positions of which images were kept.
  private(set) var kept: [UInt64] = []
  /// The position of the last backup that was done; nil while one is being made.
  private(set) var backup: UInt64?
  /// The last position of entries that may be gone, since an operator has asked for that.
  private(set) var leaving: UInt64 = 0
  /// The last position of entries that are gone for good, since the operator was told so.
  private(set) var removed: UInt64 = 0
  /// The position of the world that was restored.
  private(set) var restored: UInt64?

  /// Takes in a note of ``RecordedRun``.
  mutating func add(_ note: String) {
    let words = note.split(separator: " ")
    let numbers = words.dropFirst().map { UInt64($0) ?? 0 }
    switch words.first {
    case "command":
      commands.append(Command(actor: numbers[0], id: numbers[1], position: numbers[2]))
    case "text": texts[numbers[0]] = words.dropFirst(2).joined(separator: " ")
    case "account": accounts.append(String(words[1]))
    case "kept": kept.append(numbers[0])
    case "backing": backup = nil
    case "backup": backup = numbers[0]
    case "removing": leaving = numbers[0]
    case "removed": (leaving, removed) = (numbers[0], numbers[0])
    case "restored": restored = numbers[0]
    default: break
    }
  }
}
