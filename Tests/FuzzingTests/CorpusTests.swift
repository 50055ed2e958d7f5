import Foundation
import Fuzzing
import Testing

/// Each decoder over its saved corpus, as it is and mutated at random.
///
/// What libFuzzer does for longer (`tools/fuzz`). A decoder that traps ends the process; the last lines say over which bytes.
struct CorpusTests {
  /// How often each file is mutated.
  private static let mutationsMax = 500

  private static func corpus(of decoder: Decoder) throws -> [(name: String, bytes: [UInt8])] {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Corpus/\(decoder.rawValue)")
    return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().map {
      ($0, [UInt8](try Data(contentsOf: directory.appending(path: $0))))
    }
  }

  @Test(arguments: Decoder.allCases)
  func `the corpus is decoded, and what is made of it at random`(_ decoder: Decoder) throws {
    let corpus = try Self.corpus(of: decoder)
    #expect(corpus.count >= 5)
    for (number, file) in corpus.enumerated() {
      decoder.decode(file.bytes)
      for mutation in 0..<Self.mutationsMax {
        // What decides is the place in the corpus, so that the same happens again.
        var random = Mutation(seed: UInt64(number) << 32 | UInt64(mutation))
        decoder.decode(random.mutate(file.bytes, beside: corpus[(number + 1) % corpus.count].bytes))
      }
    }
  }

  @Test(arguments: Decoder.allCases)
  func `nothing, little and much of the same is decoded`(_ decoder: Decoder) {
    for byte in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
      for count in [0, 1, 2, 3, 8, 47, 48, 63, 64, 160, 161, 255, 256, 4_097, 70_000] {
        decoder.decode([UInt8](repeating: byte, count: count))
      }
    }
  }
}

/// A change of bytes that looks random, the same for the same seed.
private struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
  }

  /// One to four of what libFuzzer does too: bits flipped, bytes set to extremes, parts removed,
  /// repeated, or taken from another file.
  mutating func mutate(_ original: [UInt8], beside other: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(below: 4) {
      guard !bytes.isEmpty else { return other }
      let start = next(below: bytes.count)
      let end = start + next(below: min(64, bytes.count - start) + 1)
      switch next(below: 6) {
      case 0: bytes[start] ^= 1 << UInt8(next(below: 8))
      case 1: for index in start..<end { bytes[index] = [0x00, 0xFF, 0x80][next(below: 3)] }
      case 2: bytes.removeSubrange(start..<end)
      case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
      case 4:
        bytes.replaceSubrange(
          start..<end, with: other.dropFirst(next(below: other.count)).prefix(64))
      default: bytes[start] = UInt8(next(below: 256))
      }
    }
    return bytes
  }
}
