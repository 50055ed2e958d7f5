/// Which kinds of events a read wants, in a form that costs nothing per entry.
struct KindFilter {
  /// One bit a kind, by its number; empty when every entry is wanted.
  private var words: [UInt64] = []

  /// Wants entries that have any of `kinds`, or every entry when nil.
  init(_ kinds: Set<EventKind>?) {
    guard let kinds else { return }
    words = Array(repeating: 0, count: (Int(UInt16.max) + 1) / 64)
    for kind in kinds {
      words[Int(kind.rawValue / 64)] |= 1 << UInt64(kind.rawValue % 64)
    }
  }

  /// Whether some entries may not be wanted.
  var isSelective: Bool { !words.isEmpty }

  /// Whether entries of a kind are wanted.
  func admits(_ kind: EventKind) -> Bool {
    words.isEmpty || words[Int(kind.rawValue / 64)] & 1 << UInt64(kind.rawValue % 64) != 0
  }

  /// Whether `entry` is wanted.
  func admits(_ entry: EntryView) -> Bool {
    guard !words.isEmpty else { return true }
    for index in 0..<entry.kindCount {
      let kind = entry.kind(at: index).rawValue
      if words[Int(kind / 64)] & 1 << UInt64(kind % 64) != 0 { return true }
    }
    return false
  }
}
