import Engine
import EventLog
import Foundation
import Projection
import Synchronization
import Testing
import World

@testable import finalverse

/// Goal: a rebuild that ends early, however it does, costs the next one little and harms nothing; what it comes to
/// in the end is what a fold in one go comes to.
///
/// Method: the recorded log on disk, a checkpoint every few entries, and an end at each of them.
@Suite struct RebuildTests {
  private struct Interrupted: Error {}

  /// Writes the recorded log, or a part of it, where a server would.
  private func dataDirectory(
    in scratch: Scratch, through last: Position = Position(UInt64.max >> 1)
  ) throws -> DataDirectory {
    let data = DataDirectory(scratch.data)
    let log = try LMDBEventLog(directory: data.log, access: .readWrite)
    _ = try log.takeEpoch()
    try append(after: .zero, through: last, to: log)
    return data
  }

  private func append(after: Position, through last: Position, to log: LMDBEventLog) throws {
    let epoch = try log.summary().epoch
    var batch = EntryBatch(after: after, epoch: epoch)
    try RecordedLog.first().read(from: after.next) { entry in
      guard entry.position <= last else { return .stop }
      try batch.append(
        time: entry.time, actor: entry.actor, commandID: entry.commandID,
        eventCount: Int(entry.eventCount), kinds: entry.kinds, payload: entry.payload)
      return .proceed
    }
    guard !batch.isEmpty else { return }
    guard case .appended = log.append(batch, epoch: epoch, expected: after) else {
      Issue.record("not appended")
      return
    }
  }

  private func rebuild(_ data: DataDirectory, target: String? = nil) -> Rebuild {
    var rebuild = Rebuild(data: data, projections: ProjectionName.all, target: target)
    rebuild.pace = Rebuild.Pace(entries: 40, time: .zero)
    rebuild.configuration.diskReserveBytes = 0
    return rebuild
  }

  /// A rebuild that ends at its n-th checkpoint.
  private func interrupt(_ rebuild: Rebuild, at count: Int) {
    let saved = Mutex(0)
    var limited = rebuild
    limited.onSaved = { _ in
      let done = saved.withLock { saved in
        saved += 1
        return saved
      }
      if done == count { throw Interrupted() }
    }
    #expect(throws: Interrupted.self) { _ = try limited.run() }
  }

  /// Expects images that are those of a fold of the log in one go.
  private func expectFresh(_ directory: String, of data: DataDirectory) throws {
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    let last = try log.summary().lastPosition
    var fold = FreshFold(log)
    try fold.advance(to: last)
    let states = try fold.states(of: .all)
    for name in ProjectionName.all {
      let image = LiveImage(of: name, in: directory, .rows)
      #expect(image.checkpoint?.position == last)
      #expect(image.checkpoint?.state == states[name.member.rawValue])
    }
    #expect(!FileManager.default.fileExists(atPath: data.draftImages))
  }

  @Test(arguments: [1, 2, 3])
  func `a rebuild goes on where it was interrupted`(count: Int) throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    let rebuild = rebuild(data)
    interrupt(rebuild, at: count)
    #expect(!FileManager.default.fileExists(atPath: data.images + "/inventories.image"))
    interrupt(rebuild, at: count)
    let report = try rebuild.run()
    #expect(report.began == Position(UInt64(80 * count)))
    #expect(report.isReplaced)
    #expect(report.text.contains("Those up to position \(80 * count) had been folded"))
    try expectFresh(data.images, of: data)
  }

  @Test func `an interrupted rebuild leaves the images that are there alone`() throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch, through: Position(200))
    _ = try rebuild(data).run()
    let file = URL(fileURLWithPath: data.images + "/inventories.image")
    let before = try Data(contentsOf: file)
    do {
      let log = try LMDBEventLog(directory: data.log, access: .readWrite)
      try append(after: Position(200), through: Position(UInt64.max >> 1), to: log)
    }
    interrupt(rebuild(data), at: 3)
    #expect(try Data(contentsOf: file) == before)
    let report = try rebuild(data).run()
    #expect(report.began == Position(120))
    #expect(report.outcomes.allSatisfy { $0.comparison == .same })
    try expectFresh(data.images, of: data)
  }

  @Test func `a live image that the fold has passed is not compared`() throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    var old = FreshFold(try LMDBEventLog(directory: data.log, access: .readOnly))
    try old.advance(to: Position(30))
    try old.writeImages(
      into: data.images, of: try old.log.summary().logID, at: Timestamp(microseconds: 0))
    interrupt(rebuild(data), at: 2)
    let report = try rebuild(data).run()
    #expect(report.isSame)
    #expect(report.outcomes.allSatisfy { $0.comparison == .passed })
    try expectFresh(data.images, of: data)
  }

  @Test func `a rebuild beside a writer folds what is appended, and leaves its images alone`()
    throws
  {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch, through: Position(200))
    _ = try rebuild(data).run()
    // One projection has no image of this program's version.
    try FileManager.default.moveItem(
      atPath: data.images + "/trades.image", toPath: data.images + "/trades-v9.image")
    let file = URL(fileURLWithPath: data.images + "/inventories.image")
    let before = try Data(contentsOf: file)
    let log = try LMDBEventLog(directory: data.log, access: .readWrite)
    interrupt(rebuild(data), at: 2)
    var beside = rebuild(data)
    beside.nearness = 0
    let appended = Mutex(Position(200))
    beside.onSaved = { position in
      let from = appended.withLock { $0 }
      try append(after: from, through: from.advanced(by: 30), to: log)
      appended.withLock { $0 = (try? log.summary().lastPosition) ?? from }
    }
    let report = try beside.run()
    #expect(report.server != nil)
    #expect(!report.isReplaced)
    #expect(report.position == (try log.summary().lastPosition))
    #expect(report.position > Position(230))
    #expect(try Data(contentsOf: file) == before)
    let trades = try #require(report.outcomes.first { $0.projection.name == "trades" })
    #expect(trades.directory == data.images)
    #expect(trades.comparison == .missing)
    #expect(report.text.contains("New in \(data.images): trades."))
    let inventories = try #require(report.outcomes.first { $0.projection.name == "inventories" })
    #expect(inventories.directory == data.path + "/rebuilt")
    #expect(inventories.comparison == .same)
    // The next server of this program has only the tail of the trades to fold.
    var world = FreshFold(log, members: .trades)
    #expect(try world.begin(withImagesIn: data.images, through: report.position) == nil)
    #expect(world.position == report.position)
    #expect(
      try ImageReader.versions(of: "trades", in: data.images) == [1, 9],
      "the old one is still there")
  }

  @Test func `a full disk interrupts a rebuild as anything else does`() throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    let writes = Mutex(0)
    var full = rebuild(data)
    full.configuration.diskReserveBytes = 1
    full.configuration.freeBytes = { _ in
      writes.withLock { writes in
        writes += 1
        // In the middle of the third checkpoint.
        return writes > 2 * ProjectionName.all.count + 3 ? 0 : 1 << 40
      }
    }
    let fault = #expect(throws: ImageFault.self) { _ = try full.run() }
    #expect(fault?.code == .diskFull)
    let report = try rebuild(data).run()
    #expect(report.began == Position(80), "three projections are a checkpoint ahead of the others")
    try expectFresh(data.images, of: data)
  }

  @Test func `another program's drafts are not gone on with`() throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    var other = rebuild(data)
    other.program = "other"
    interrupt(other, at: 2)
    #expect(try rebuild(data).run().began == .zero)
    try expectFresh(data.images, of: data)
  }

  @Test func `drafts that are damaged or of another log are begun anew`() throws {
    let scratch = try Scratch()
    let other = try Scratch()
    let data = try dataDirectory(in: scratch)
    let elsewhere = try dataDirectory(in: other)
    interrupt(rebuild(elsewhere), at: 2)
    try FileManager.default.createDirectory(
      atPath: data.images, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: elsewhere.draftImages, toPath: data.draftImages)
    interrupt(rebuild(data), at: 2)
    let drafts = ImageDrafts.directory(of: ProgramStamp.current, in: data.draftImages)
    let draft = drafts + "/players.image"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: draft))
    for index in stride(from: 4_096 * 2 + 100, to: bytes.count, by: 64) { bytes[index] ^= 0x40 }
    try bytes.write(to: URL(fileURLWithPath: draft))
    let report = try rebuild(data).run()
    #expect(report.began == .zero, "one projection begins anew, the others go on")
    #expect(
      report.outcomes.filter { $0.began == .zero }.map(\.projection.name) == ["players"])
    try expectFresh(data.images, of: data)
  }

  @Test func `a second rebuild is refused while one is at work`() throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    let target = scratch.url.path + "/fresh"
    var first = rebuild(data, target: target)
    let refused = Mutex<Failure?>(nil)
    first.onSaved = { _ in
      do {
        _ = try rebuild(data, target: target).run()
      } catch let failure as Failure {
        refused.withLock { $0 = failure }
      }
    }
    _ = try first.run()
    let failure = refused.withLock { $0 }
    #expect(failure?.status == .locked)
  }

  @Test(arguments: 1...4)
  func `a killed rebuild goes on`(count: Int) async throws {
    let scratch = try Scratch()
    let data = try dataDirectory(in: scratch)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = data.path as String, count = count as Int] in
      var rebuild = Rebuild(
        data: DataDirectory(path), projections: ProjectionName.all, target: nil)
      rebuild.pace = Rebuild.Pace(entries: 40, time: .zero)
      rebuild.configuration.diskReserveBytes = 0
      let last = Position(UInt64(40 * count))
      rebuild.onSaved = { position in
        if position == last { kill(getpid(), SIGKILL) }
      }
      _ = try rebuild.run()
    }
    let report = try rebuild(data).run()
    #expect(report.began == Position(UInt64(40 * count)))
    try expectFresh(data.images, of: data)
  }
}
