import Engine
import EventLog
import Foundation
import Projection
import Synchronization
import Testing
import World

@testable import finalverse

/// Goal: the past is folded from the nearest images that are of use, and from the log where none is; never from a wrong one.
@Suite struct KeptImagesTests {
  private let scratch: Scratch
  private let log: InMemoryEventLog
  private let images: String
  private let kept: KeptImages

  init() throws {
    scratch = try Scratch()
    log = try RecordedLog.first()
    images = scratch.url.path + "/images"
    kept = KeptImages(directory: DataDirectory.keptImages(in: images))
  }

  /// Keeps images of some positions.
  private func keep(_ positions: [UInt64]) throws {
    var fold = FreshFold(log)
    for position in positions {
      try fold.advance(to: Position(position))
      try kept.keep(&fold, of: log.summary().logID, at: Timestamp(microseconds: 0))
    }
  }

  /// Where a fold up to a position begins, after a check that it leads where it should.
  private func beginning(_ last: UInt64, complaints: Int = 0) throws -> Position {
    var fold = FreshFold(log)
    let heard = Mutex(0)
    try fold.begin(withImagesNear: Position(last), in: images) { _ in heard.withLock { $0 += 1 } }
    let begun = fold.position
    try fold.advance(to: Position(last))
    var whole = FreshFold(log)
    try whole.advance(to: Position(last))
    #expect(try fold.states(of: .all) == whole.states(of: .all))
    #expect(heard.withLock { $0 } == complaints)
    return begun
  }

  @Test func `a fold begins from the nearest images that are not later`() throws {
    #expect(try beginning(120) == .zero)
    try keep([50, 100, 150])
    #expect(kept.positions == [Position(50), Position(100), Position(150)])
    #expect(try beginning(49) == .zero)
    #expect(try beginning(50) == Position(50))
    #expect(try beginning(120) == Position(100))
    #expect(try beginning(200) == Position(150))
    var live = FreshFold(log)
    try live.advance(to: Position(180))
    try live.writeImages(
      into: images, of: log.summary().logID, at: Timestamp(microseconds: 0))
    #expect(try beginning(200) == Position(180))
    #expect(try beginning(179) == Position(150), "the live images are later")
  }

  @Test func `images that are damaged, of another log or gone in part are passed over with a word`()
    throws
  {
    try keep([50, 100, 150])
    let file = URL(fileURLWithPath: kept.path(of: Position(150)) + "/players.image")
    var bytes = try Data(contentsOf: file)
    for index in stride(from: 4_096 * 2 + 100, to: bytes.count, by: 64) { bytes[index] ^= 0x40 }
    try bytes.write(to: file)
    #expect(try beginning(200, complaints: 1) == Position(100))
    try FileManager.default.removeItem(atPath: kept.path(of: Position(100)) + "/trades.image")
    #expect(try beginning(200, complaints: 2) == Position(50))
    var other = FreshFold(try RecordedLog.first())
    let heard = Mutex(0)
    try other.begin(withImagesNear: Position(60), in: images) { _ in heard.withLock { $0 += 1 } }
    #expect(other.position == .zero)
    #expect(heard.withLock { $0 } == 1)
  }

  @Test func `names that are no positions are no images`() throws {
    try keep([50])
    for name in ["00000000000000000060.new", "60", "00000000000000000000", "zzzzzzzzzzzzzzzzzzzz"] {
      try FileManager.default.createDirectory(
        atPath: kept.directory + "/" + name, withIntermediateDirectories: true)
    }
    #expect(kept.positions == [Position(50)])
    #expect(kept.byteCount(of: Position(50)) > 0)
    #expect(KeptImages(directory: images + "/none").positions == [])
  }

  @Test func `those go that are missed least, and never the newest`() throws {
    try keep([10, 100, 110, 115, 150])
    // Without 110 the gap is 15, without 115 it is 40, without 100 it is 100.
    #expect(try kept.thin(to: 4, ofLogFrom: .first) == [Position(110)])
    #expect(try kept.thin(to: 3, ofLogFrom: .first) == [Position(115)])
    #expect(try kept.thin(to: 3, ofLogFrom: .first) == [])
    #expect(try kept.thin(to: 0, ofLogFrom: .first) == [Position(10), Position(100)])
    #expect(kept.positions == [Position(150)])
  }
}
