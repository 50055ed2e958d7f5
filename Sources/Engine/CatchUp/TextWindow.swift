import EventLog

/// The texts of a stretch of the log that is read from one end to the other.
///
/// They are read for many positions at once, and only where something is visible. Between two pieces
/// nothing is kept: whoever reads slowly would have others' texts wait with its own.
struct TextWindow: Sendable {
  /// How many positions are read for at a time: about as many entries as a piece of short ones has.
  private static let width = 512

  private let store: any TextStore
  private var texts: [KeptText] = []
  private var through = Position.zero

  /// The texts of a store.
  init(_ store: any TextStore) {
    self.store = store
  }

  /// The texts that go with an entry, which is later than any asked for before.
  ///
  /// - Throws: What the store throws.
  mutating func texts(of position: Position) throws -> ArraySlice<KeptText> {
    if position > through {
      through = position.advanced(by: Self.width - 1)
      texts = try store.texts(from: position, through: through)
    }
    return texts.of(position)
  }

  /// Lets go of what was read.
  mutating func forget() {
    texts = []
    through = .zero
  }
}
