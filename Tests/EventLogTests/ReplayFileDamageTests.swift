import Crypto
import EventLogTesting
import Foundation
import Testing

@testable import EventLog

/// Goal: a replay file from anybody is refused with a code, or read; nothing else.
@Suite struct ReplayFileDamageTests {
  private let directory: TemporaryDirectory
  private let sound: [UInt8]
  private var path: String { directory.path + "/damaged.fvreplay" }

  init() throws {
    directory = try TemporaryDirectory()
    let path = directory.path + "/sound.fvreplay"
    let writer = try ReplayFileWriter(
      path, logID: LogID(rawValue: 5), name: "Hof", isSelected: false)
    let batch = try GoldenEntries.firstBatch()
    for index in 0..<batch.count { try batch.withEntry(at: index) { try writer.append($0) } }
    _ = try writer.finish()
    sound = try [UInt8](Data(contentsOf: URL(filePath: path)))
  }

  /// Opens a file of these bytes and reads all of it.
  ///
  /// - Returns: how many entries it has.
  private func read(_ bytes: [UInt8]) throws -> Int {
    try Data(bytes).write(to: URL(filePath: path))
    let file = try ReplayFile(path)
    var count = 0
    try file.read(from: .first) { _ in
      count += 1
      return .proceed
    }
    _ = try file.firstPosition(atOrAfter: file.header.lastTime)
    return count
  }

  private func expectRefusal(_ bytes: [UInt8], _ what: String) {
    let fault = #expect(throws: LogFault.self, "\(what)") { try read(bytes) }
    #expect([.damaged, .formatUnknown].contains(fault?.code), "\(what)")
    #expect(fault?.file == path)
  }

  private var headerByteCount: Int { Int(sound.littleEndian(at: 12, as: UInt32.self)) }
  private var indexOffset: Int { Int(sound.littleEndian(at: sound.count - 48, as: UInt64.self)) }

  /// Makes all checksums and the digest right for bytes that somebody changed.
  private func sealed(_ changed: [UInt8]) -> [UInt8] {
    var bytes = changed
    func seal(_ range: Range<Int>) {
      let covered = Array(bytes[range].dropLast(4))
      var sealed = covered
      sealed.appendChecksum()
      bytes.replaceSubrange(range, with: sealed)
    }
    let trailer = bytes.count - 48
    seal(0..<headerByteCount)
    seal(headerByteCount..<indexOffset)
    seal(indexOffset..<trailer)
    var hash = SHA256()
    hash.update(data: bytes[headerByteCount..<trailer + 8])
    hash.update(data: bytes[..<headerByteCount])
    bytes.replaceSubrange(trailer + 8..<trailer + 40, with: Array(hash.finalize()))
    return bytes
  }

  @Test func `a sound file is read`() throws {
    #expect(try read(sound) == GoldenEntries.firstBatch().count)
    #expect(sealed(sound) == sound)
  }

  @Test func `a flipped byte anywhere is noticed`() {
    for offset in sound.indices {
      for mask in [0x01, 0x80, 0xFF] as [UInt8] {
        var bytes = sound
        bytes[offset] ^= mask
        expectRefusal(bytes, "byte \(offset) ^ \(mask)")
      }
    }
  }

  @Test func `a file that is cut off anywhere, or goes on, is refused`() {
    for count in 0..<sound.count { expectRefusal(Array(sound.prefix(count)), "\(count) bytes") }
    expectRefusal(sound + [0], "a byte more")
    expectRefusal(sound + sound, "twice")
  }

  /// Whoever can change bytes can make checksums right; then the rest of the checks must do.
  @Test func `no change traps, though all checksums are right`() {
    var read = 0
    for offset in sound.indices {
      for value in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
        var bytes = sound
        bytes[offset] = value
        do {
          _ = try self.read(sealed(bytes))
          read += 1
        } catch let fault as LogFault {
          #expect([.damaged, .formatUnknown].contains(fault.code))
        } catch {
          Issue.record("byte \(offset) = \(value): \(error)")
        }
      }
    }
    // A changed log or name is as good as another; a changed entry is not, for it has its own checksum.
    #expect(read > 0)
  }

  private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(value)
    return bytes
  }

  /// Lengths, counts and places that are lies, with checksums that are right.
  @Test(
    arguments: [
      (10, bytes(of: UInt16(1))), (10, bytes(of: UInt16(2))), (12, bytes(of: UInt32.max)),
      (24, bytes(of: UInt64(0))), (24, bytes(of: UInt64.max)), (32, bytes(of: UInt64.max)),
      (32, bytes(of: UInt64(Int64.max))), (40, bytes(of: Int64.max)), (48, bytes(of: Int64.min)),
      (56, bytes(of: UInt64.max)), (56, bytes(of: UInt64(0))), (64, bytes(of: UInt32.max)),
      (64, bytes(of: UInt32(0))), (68, bytes(of: UInt16.max)), (68, bytes(of: UInt16(1_024))),
    ] as [(Int, [UInt8])])
  func `a header that lies is refused`(offset: Int, lie: [UInt8]) {
    var bytes = sound
    bytes.replaceSubrange(offset..<offset + lie.count, with: lie)
    // A file of selected entries may have all of them.
    if offset == 10, lie == [1, 0] {
      #expect(throws: Never.self) { try read(sealed(bytes)) }
    } else {
      expectRefusal(sealed(bytes), "\(lie) at \(offset)")
    }
  }

  @Test(
    arguments: [
      (0, UInt32.max), (0, 0), (0, 1), (4, UInt32.max), (4, 0), (4, 1), (4, 1 << 21), (8, 0),
      (8, UInt32.max),
    ] as [(Int, UInt32)])
  func `a block that lies is refused`(offset: Int, lie: UInt32) {
    var bytes = sound
    let start = headerByteCount + offset
    bytes.replaceSubrange(start..<start + 4, with: Self.bytes(of: lie))
    expectRefusal(sealed(bytes), "\(lie) at \(offset) of the block")
  }

  @Test(
    arguments: [0, 8, 12, 16, 24],
    [
      [0, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255],
      [255, 255, 255, 255, 255, 255, 255, 127],
    ] as [[UInt8]])
  func `an index that lies is refused`(offset: Int, lie: [UInt8]) {
    let width = offset == 8 || offset == 12 ? 4 : 8
    var bytes = sound
    let start = indexOffset + 8 + offset
    bytes.replaceSubrange(start..<start + width, with: lie.prefix(width))
    expectRefusal(sealed(bytes), "\(lie) at \(offset) of the index")
  }

  /// A hundred megabytes of zeroes in a hundred kilobytes.
  @Test func `a decompression bomb is not blown up`() {
    let bomb = Deflate.compress([UInt8](repeating: 0, count: 100 << 20))
    #expect(bomb.count < 200 << 10)
    #expect(Deflate.decompress(bomb[...], to: BlockFormat.entriesByteCountMax) == nil)
    let honest = Deflate.compress([1, 2, 3])
    #expect(Deflate.decompress(honest[...], to: 3) == [1, 2, 3])
    #expect(Deflate.decompress(honest[...], to: 2) == nil)
    #expect(Deflate.decompress(honest[...], to: 4) == nil)
    #expect(Deflate.decompress((honest + [0])[...], to: 3) == nil)
    #expect(Deflate.decompress(honest.dropLast(), to: 3) == nil)
    #expect(Deflate.decompress([], to: 3) == nil)
  }
}
