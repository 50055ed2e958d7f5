/// Collects lines and writes them to standard output by the block: a replay may have millions.
struct LineWriter: ~Copyable {
  private static let blockByteCount = 1 << 16

  private var block = ""

  /// Adds a line.
  mutating func write(_ line: String) {
    block += line
    block += "\n"
    if block.utf8.count >= Self.blockByteCount { flush() }
  }

  /// Writes what has gathered; the owner calls it at the end.
  mutating func flush() {
    print(block, terminator: "")
    block.removeAll(keepingCapacity: true)
  }
}
