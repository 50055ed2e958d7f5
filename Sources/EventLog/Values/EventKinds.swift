/// The distinct kinds of an entry's events, ascending.
///
/// Up to four kinds, which is nearly every entry, are kept inline: building and reading a header
/// allocates nothing.
public struct EventKinds: Hashable, Sendable {
  private static let inlineCapacity = 4

  /// The first four kinds, 16 bits each, the lowest kind in the lowest bits.
  private var lanes: UInt64 = 0
  private var laneCount: UInt8 = 0
  /// All kinds, once there are more than four; else empty.
  private var spilled: [EventKind] = []

  /// No kinds.
  public init() {}

  /// The distinct ones among `kinds`, which may come in any order and repeat.
  public init(_ kinds: some Sequence<EventKind>) {
    for kind in kinds { insert(kind) }
  }

  /// Adds a kind unless it is there already.
  ///
  /// - Complexity: O(*n*) in the number of distinct kinds; O(1) when `kind` is the highest.
  public mutating func insert(_ kind: EventKind) {
    let place = last.map { $0 < kind } ?? true ? count : partitioningIndex { $0 >= kind }
    guard place == count || self[place] != kind else { return }
    if spilled.isEmpty && count < Self.inlineCapacity {
      let shift = UInt64(place) * 16
      let lowerMask: UInt64 = (1 << shift) - 1
      let upper = (lanes & ~lowerMask) << 16
      lanes = upper | UInt64(kind.rawValue) << shift | (lanes & lowerMask)
      laneCount += 1
    } else {
      if spilled.isEmpty { spill() }
      spilled.insert(kind, at: place)
    }
  }

  /// Empties the lanes too, so that equal sets are equal values.
  private mutating func spill() {
    spilled = Array(self)
    lanes = 0
    laneCount = 0
  }
}

extension EventKinds: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }

  /// How many distinct kinds there are.
  public var endIndex: Int { spilled.isEmpty ? Int(laneCount) : spilled.count }

  /// The kind at `index`, counted from the lowest.
  public subscript(index: Int) -> EventKind {
    precondition(indices.contains(index), "There are \(count) kinds; \(index) is none of them.")
    return spilled.isEmpty
      ? EventKind(rawValue: UInt16(truncatingIfNeeded: lanes >> (16 * UInt64(index))))
      : spilled[index]
  }
}

extension EventKinds: ExpressibleByArrayLiteral {
  /// The distinct ones among `elements`.
  public init(arrayLiteral elements: EventKind...) {
    self.init(elements)
  }
}

extension EventKinds: CustomStringConvertible {
  /// The kinds, separated by spaces.
  public var description: String { map(\.description).joined(separator: " ") }
}
