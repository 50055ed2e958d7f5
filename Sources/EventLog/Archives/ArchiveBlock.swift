/// The entries of one block of an archive, and where in it batches end.
struct ArchiveBlock: Sendable {
  /// The entries, one after the other, and then the ends of batches.
  private let bytes: [UInt8]
  /// Where each entry begins, and where the last one ends.
  private let starts: [Int]
  /// After how many of the block's entries a batch ends, ascending.
  let batchEnds: [Int]
  /// The position of the first entry.
  let firstPosition: Position

  /// How many entries there are.
  var count: Int { starts.count - 1 }
  /// The position of the last entry.
  var lastPosition: Position { firstPosition.advanced(by: count - 1) }

  /// Takes apart what a block holds; nil when that makes no sense.
  ///
  /// - Parameters:
  ///   - content: What the block holds.
  ///   - count: How many entries it must have; 1 and up.
  ///   - first: The position of the first.
  init?(_ content: [UInt8], count: Int, first: Position) {
    let width = ArchiveFormat.batchEndByteCount
    guard content.count >= width,
      case let endCount = Int(content.littleEndian(at: content.count - width, as: UInt32.self)),
      endCount <= count, content.count >= (endCount + 1) * width
    else { return nil }
    let entriesEnd = content.count - (endCount + 1) * width
    batchEnds = (0..<endCount).map {
      Int(content.littleEndian(at: entriesEnd + $0 * width, as: UInt32.self))
    }
    guard batchEnds.allSatisfy((1...count).contains),
      zip(batchEnds, batchEnds.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    var starts: [Int] = []
    starts.reserveCapacity(count + 1)
    var start = 0
    for _ in 0..<count {
      guard entriesEnd - start >= EntryFormat.byteCountMin,
        case let length = Int(content.littleEndian(at: start, as: UInt32.self)),
        length >= EntryFormat.byteCountMin, length <= entriesEnd - start
      else { return nil }
      starts.append(start)
      start += length
    }
    guard start == entriesEnd else { return nil }
    self.starts = starts + [start]
    bytes = content
    firstPosition = first
  }

  /// What a block of entries and ends of batches holds.
  static func content(entries: [UInt8], batchEnds: [Int]) -> [UInt8] {
    var content = entries
    for end in batchEnds { content.appendLittleEndian(UInt32(end)) }
    content.appendLittleEndian(UInt32(batchEnds.count))
    return content
  }

  /// Lends the bytes of an entry, unchecked but for their length.
  ///
  /// - Precondition: `position` is in the block.
  func withBytes<Value, Failure: Error>(
    at position: Position, _ body: (RawSpan) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let index = firstPosition.distance(to: position)
    return try body(unsafe bytes.span.bytes.extracting(starts[index]..<starts[index + 1]))
  }
}
