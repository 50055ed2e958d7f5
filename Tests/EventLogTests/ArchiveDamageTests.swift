import Crypto
import EventLogTesting
import Foundation
import Testing

@testable import EventLog

/// Goal: whatever the bytes of an archive, reading ends in the entries that were written or in a fault that
/// names the file; in bounded time and memory.
@Suite struct ArchiveDamageTests {
  private static let workerCount = 4
  private let directory: TemporaryDirectory
  private let sound: [UInt8]
  private let entries: [SampleEntry]

  /// An archive of 12 entries in batches of three.
  init() throws {
    let fixture = try ArchiveFixture(count: 12, batch: 3, segmentBytes: 1 << 30)
    fixture.fixture.close()
    directory = fixture.fixture.directory
    entries = fixture.entries
    // A writer of tiny segments begins the second.
    let log = try LMDBEventLog(
      directory: directory.path, configuration: .test(segmentBytesMax: 1), access: .readWrite)
    try log.appendSamples([SampleEntry(number: 13)])
    try fixture.archive()
    sound = Array(try Data(contentsOf: URL(filePath: fixture.archiveFile(.first))))
  }

  /// What reading and verifying bytes comes to; nil when all is as it was written.
  private func fault(_ bytes: [UInt8], _ name: String = "damaged") throws -> LogFault? {
    let path = directory.path + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    do {
      let archive = try Archive(path)
      var read: [SampleEntry] = []
      _ = try archive.read(
        from: archive.header.firstPosition, through: archive.header.lastPosition,
        filter: KindFilter(nil)
      ) { entry in
        read.append(SampleEntry(entry))
        return .proceed
      }
      _ = try archive.firstPosition(atOrAfter: archive.header.lastTime)
      var check = ChainCheck(
        from: archive.header.firstPosition, head: archive.header.meta.startHead,
        through: archive.header.lastPosition)
      try archive.verify(through: archive.header.lastPosition, &check) { _ in .proceed }
      #expect(read == entries)
      return nil
    } catch let fault as LogFault {
      #expect(fault.file == path)
      #expect([.damaged, .formatUnknown].contains(fault.code))
      return fault
    }
  }

  @Test func `the archive that is damaged below is sound`() throws {
    #expect(try fault(sound) == nil)
  }

  @Test(arguments: 0..<workerCount)
  func `every flipped bit is found`(worker: Int) throws {
    for place in stride(from: worker, to: sound.count, by: Self.workerCount) {
      var bytes = sound
      bytes[place] ^= 1 << UInt8(place % 8)
      #expect(try fault(bytes, "bit-\(worker)") != nil, "byte \(place)")
    }
  }

  @Test(arguments: 0..<workerCount)
  func `every length but the right one is found`(worker: Int) throws {
    for count in stride(from: worker, to: sound.count, by: Self.workerCount) {
      #expect(try fault(Array(sound.prefix(count)), "cut-\(worker)") != nil, "\(count) bytes")
    }
    #expect(try fault(sound + [0], "cut-\(worker)") != nil)
  }

  private var indexOffset: Int { Int(sound.littleEndian(at: sound.count - 48, as: UInt64.self)) }

  /// Makes all checksums and the digest right for bytes that somebody changed.
  private func sealed(_ changed: [UInt8]) -> [UInt8] {
    var bytes = changed
    func seal(_ range: Range<Int>) {
      var part = Array(bytes[range].dropLast(4))
      part.appendChecksum()
      bytes.replaceSubrange(range, with: part)
    }
    let trailer = bytes.count - 48
    seal(0..<160)
    seal(160..<indexOffset)
    seal(indexOffset..<trailer)
    var hash = SHA256()
    hash.update(data: bytes[160..<trailer + 8])
    hash.update(data: bytes[0..<160])
    bytes.replaceSubrange(trailer + 8..<trailer + 40, with: Array(hash.finalize()))
    return bytes
  }

  private func replacing<Number: FixedWidthInteger>(_ offset: Int, _ value: Number) -> [UInt8] {
    var bytes = sound
    var number: [UInt8] = []
    number.appendLittleEndian(value)
    bytes.replaceSubrange(offset..<offset + number.count, with: number)
    return sealed(bytes)
  }

  @Test func `sealing anew what was not changed changes nothing`() {
    #expect(sealed(sound) == sound)
  }

  /// Numbers of 8 bytes in the header, and of 4 and 8 in the block and the index, whatever they mean.
  @Test(arguments: [0, 1, 56, 255, 65_536, 1 << 31, 1 << 32 - 1, 1 << 62, Int64.max, -1, .min])
  func `lying numbers are found, though every checksum is right`(number: Int64) throws {
    // Of the log and the last writer's epoch there is nothing else in the file; the log is checked when
    // the archive is put beside others.
    for offset in stride(from: 24, to: 156, by: 8) where offset != 64 {
      let bytes = replacing(offset, number)
      if bytes != sound { #expect(try fault(bytes, "number") != nil, "header \(offset)") }
    }
    let narrow = UInt32(truncatingIfNeeded: number)
    for offset in [152, 160, 164, 168, indexOffset + 8] {
      let bytes = replacing(offset, narrow)
      if bytes != sound { #expect(try fault(bytes, "number") != nil, "block \(offset)") }
    }
    for offset in stride(from: indexOffset + 12, to: sound.count - 60, by: 4) {
      let bytes = replacing(offset, narrow)
      if bytes != sound { #expect(try fault(bytes, "number") != nil, "index \(offset)") }
    }
  }

  @Test func `entries that were changed, with every checksum right, break the chain`() throws {
    let compressed = Array(sound[172..<indexOffset - 4])
    var content = try #require(
      Deflate.decompress(
        compressed[...], to: Int(sound.littleEndian(at: 164, as: UInt32.self))))
    // The actor of the first entry, and the entry's checksum.
    content[EntryFormat.actorOffset] ^= 1
    let length = Int(content.littleEndian(at: 0, as: UInt32.self))
    var entry = Array(content[..<(length - 4)])
    entry.appendChecksum()
    content.replaceSubrange(..<length, with: entry)
    let block = BlockFormat.encode(content, entries: 12)
    var bytes = Array(sound[..<160]) + block + sound[indexOffset...]
    let index = 160 + block.count
    var number: [UInt8] = []
    number.appendLittleEndian(UInt32(block.count))
    let kinds = Int(bytes.littleEndian(at: index + 8, as: UInt32.self))
    let record = index + 12 + 2 * kinds
    bytes.replaceSubrange(record + 8..<record + 12, with: number)
    var end = Array(bytes[index..<bytes.count - 52])
    end.appendChecksum()
    end.appendLittleEndian(UInt64(index))
    var hash = SHA256()
    hash.update(data: Array(bytes[160..<index]) + end)
    hash.update(data: bytes[..<160])
    bytes = Array(bytes[..<index]) + end + Array(hash.finalize()) + ArchiveFormat.endMagic
    let found = try fault(bytes, "forged")
    #expect(found?.message.contains("head") == true, "\(found.map { "\($0)" } ?? "nothing")")
  }

  @Test func `a decompression bomb takes no more than a block may have`() throws {
    let bomb = [UInt8](repeating: 0, count: 64 << 20)
    var block: [UInt8] = []
    let compressed = Deflate.compress(bomb)
    block.appendLittleEndian(UInt32(compressed.count))
    block.appendLittleEndian(UInt32(bomb.count))
    block.appendLittleEndian(UInt32(12))
    block += compressed
    block.appendChecksum()
    #expect(throws: BlockFault.senseless) {
      try BlockFormat.decode(
        block, entries: 12, byteCountMax: ArchiveFormat.contentByteCountMax)
    }
    // One that says that it holds little.
    block.replaceSubrange(4..<8, with: [0, 16, 0, 0])
    block.removeLast(4)
    block.appendChecksum()
    #expect(throws: BlockFault.compression) {
      try BlockFormat.decode(
        block, entries: 12, byteCountMax: ArchiveFormat.contentByteCountMax)
    }
  }
}
