import EventLogTesting
import Foundation
import Testing

@testable import EventLog

/// Goal: what is recorded is read back as it was, and no bytes whatever make the reader do anything but refuse.
@Suite struct ReplayFileTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path + "/a.fvreplay" }

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A log of entries a second apart, each with so long a payload, which does not compress well.
  private func makeLog(_ count: Int, payload: Int = 40) throws -> InMemoryEventLog {
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    var state: UInt64 = 7
    for number in 1...count {
      let bytes = (0..<payload).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return UInt8(truncatingIfNeeded: state >> 60)
      }
      try batch.append(
        time: Timestamp(microseconds: Int64(number) * 1_000_000), actor: .scheduler,
        commandID: .none, kinds: [EventKind(system: UInt8(number % 3 + 1), event: 1)],
        payload: bytes)
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      throw CancellationError()
    }
    return log
  }

  @discardableResult
  private func record(
    _ log: InMemoryEventLog, from: UInt64 = 1, through: UInt64? = nil,
    only wanted: (@Sendable (Position) -> Bool)? = nil, name: String = "Überall"
  ) throws -> (header: ReplayFileHeader, byteCount: UInt64) {
    let writer = try ReplayFileWriter(
      path, logID: log.summary().logID, name: name, isSelected: wanted != nil)
    try log.read(from: Position(from), through: through.map { Position($0) }) { entry in
      if wanted?(entry.position) ?? true { try writer.append(entry) }
      return .proceed
    }
    return try writer.finish()
  }

  private func bytes(
    of reader: any EntryReader, from: UInt64 = 1, through: UInt64? = nil,
    kinds: Set<EventKind>? = nil
  ) throws -> [[UInt8]] {
    var found: [[UInt8]] = []
    try reader.read(from: Position(from), through: through.map { Position($0) }, kinds: kinds) {
      found.append(unsafe $0.bytes.withUnsafeBytes { unsafe Array($0) })
      return .proceed
    }
    return found
  }

  @Test func `what was recorded is read back, whole and in parts`() throws {
    let log = try makeLog(5_000, payload: 300)
    let recorded = try record(log, from: 101, through: 4_900)
    let file = try ReplayFile(path)
    #expect(file.header == recorded.header)
    #expect(file.header.name == "Überall")
    #expect(file.header.logID == log.summary().logID)
    #expect(file.header.firstPosition == Position(101))
    #expect(file.header.lastPosition == Position(4_900))
    #expect(file.header.entries == 4_800)
    #expect(file.index.blocks.count > 3)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64
    #expect(size == recorded.byteCount)
    #expect(try bytes(of: file) == bytes(of: log, from: 101, through: 4_900))
    #expect(
      try bytes(of: file, from: 2_000, through: 2_010)
        == bytes(of: log, from: 2_000, through: 2_010))
    #expect(try bytes(of: file, from: 4_901) == [])
    let kinds: Set = [EventKind(system: 2, event: 1)]
    #expect(
      try bytes(of: file, from: 3_000, kinds: kinds)
        == bytes(of: log, from: 3_000, through: 4_900, kinds: kinds))
    for second in [1, 101, 102, 1_000, 4_900] as [Int64] {
      let time = Timestamp(microseconds: second * 1_000_000)
      #expect(
        try file.firstPosition(atOrAfter: time) == Position(UInt64(max(101, second))))
    }
    #expect(try file.firstPosition(atOrAfter: Timestamp(microseconds: 4_900_000_001)) == nil)
    #expect(!FileManager.default.fileExists(atPath: path + ".part"))
  }

  @Test func `entries may be left out when the file says so`() throws {
    let log = try makeLog(3_000, payload: 300)
    try record(log) { $0.rawValue % 7 == 3 }
    let file = try ReplayFile(path)
    #expect(file.header.isSelected)
    var positions: [UInt64] = []
    try file.read(from: .first) {
      positions.append($0.position.rawValue)
      return .proceed
    }
    #expect(positions == stride(from: 3, through: 3_000, by: 7).map { UInt64($0) })
  }

  @Test func `the largest entry fits`() throws {
    let log = try makeLog(1, payload: EntryFormat.byteCountMax - EntryFormat.byteCountMin)
    try record(log, name: String(repeating: "é", count: 2_000))
    let file = try ReplayFile(path)
    #expect(file.header.name.utf8.count == 1_024)
    #expect(try bytes(of: file) == bytes(of: log))
  }

  @Test func `a file is not written over, and none is left behind unfinished`() throws {
    let log = try makeLog(3)
    try record(log)
    #expect(throws: LogFault.self) { try record(log) }
    do {
      let other = directory.path + "/b.fvreplay"
      let writer = try ReplayFileWriter(other, logID: .random(), name: "", isSelected: false)
      try log.read(from: .first) {
        try writer.append($0)
        return .proceed
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.fvreplay"])
    let none = #expect(throws: LogFault.self) { try ReplayFile(path + "x") }
    #expect(none?.code == .missing)
  }
}
