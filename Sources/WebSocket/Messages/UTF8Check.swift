/// Looks whether bytes are UTF-8, piece by piece as they come.
///
/// By table 3-7 of the Unicode standard: of each sequence it is known from the first byte how many
/// follow, and in which range the second is. So what cannot become UTF-8 is found at its first byte.
struct UTF8Check {
  /// How many bytes of a sequence have not come yet.
  private var missing = 0
  /// The range of the next of these.
  private var range = Self.following

  private static let following: ClosedRange<UInt8> = 0x80...0xBF

  /// Whether no sequence is cut off.
  var isComplete: Bool { missing == 0 }

  /// Takes what comes next; false when it is not UTF-8.
  ///
  /// - Complexity: O(*n*) in the number of bytes; eight ASCII characters at a time.
  mutating func take(_ bytes: RawSpan) -> Bool {
    var offset = 0
    while offset < bytes.byteCount {
      if missing == 0, offset + 8 <= bytes.byteCount {
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          offset += 8
          continue
        }
      }
      guard take(bytes.byte(at: offset)) else { return false }
      offset += 1
    }
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard range.contains(byte) else { return false }
      missing -= 1
      range = Self.following
      return true
    }
    switch byte {
    case 0x00...0x7F: return true
    case 0xC2...0xDF: expect(1)
    case 0xE0: expect(2, 0xA0...0xBF)
    case 0xED: expect(2, 0x80...0x9F)
    case 0xE1...0xEF: expect(2)
    case 0xF0: expect(3, 0x90...0xBF)
    case 0xF1...0xF3: expect(3)
    case 0xF4: expect(3, 0x80...0x8F)
    default: return false
    }
    return true
  }

  private mutating func expect(_ count: Int, _ range: ClosedRange<UInt8> = Self.following) {
    missing = count
    self.range = range
  }
}
