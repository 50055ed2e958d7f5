import Engine
import EventLog
import Foundation
import Projection
import World

extension KeptImages {
  /// How many are kept unless it is said otherwise.
  static let most = 16

  private static let draftSuffix = ".new"

  /// When a position's images were made; nil when there are none.
  func date(of position: Position) -> Date? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path(of: position))
    return facts?[.modificationDate] as? Date
  }

  /// The bytes of a position's images.
  func byteCount(of position: Position) -> Int {
    let path = path(of: position)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.reduce(0) { sum, name in
      let facts = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
      return sum + ((facts?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }

  /// Keeps what a fold has come to.
  ///
  /// The images are written under another name, and are there all at once.
  ///
  /// - Throws: ``Projection/ImageFault``; of code `disk_full` when the disk has less room than a server
  ///   leaves for the log.
  func keep(
    _ fold: inout FreshFold, of logID: LogID, at time: Timestamp, pace: DiskPace = .full
  ) throws {
    try LogDirectory(path: directory).create()
    let reserve = Image.Configuration().diskReserveBytes
    if let free = LogDirectory.freeByteCount(at: directory), free < reserve {
      throw ImageFault(
        code: .diskFull,
        message:
          "The disk has \(free >> 20) MiB left, and \(reserve >> 20) MiB are left for the log. "
          + "Make room, or keep fewer images.",
        file: directory)
    }
    let path = path(of: fold.position)
    let draft = path + Self.draftSuffix
    try? FileManager.default.removeItem(atPath: draft)
    do {
      try fold.writeImages(into: draft, of: logID, at: time, pace: pace)
      try FileManager.default.moveItem(atPath: draft, toPath: path)
      try LogDirectory(path: directory).synchronize()
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Removes images until there are no more than so many, and says which.
  ///
  /// Those go that are missed least: each time the one whose neighbours are nearest to each other. The
  /// newest stays, and the base of a log whose first entries were removed, which is not counted.
  ///
  /// - Parameter first: The oldest position that the log has.
  func thin(to most: Int, ofLogFrom first: Position) throws -> [Position] {
    let base = base(ofLogFrom: first)
    var left = positions.filter { $0 != base }
    var removed: [Position] = []
    while left.count > max(1, most) {
      let gaps = left.indices.dropLast().map { index in
        (index, (index == 0 ? Position.zero : left[index - 1]).distance(to: left[index + 1]))
      }
      guard let (index, _) = gaps.min(by: { $0.1 < $1.1 }) else { break }
      let position = left.remove(at: index)
      try remove(position)
      removed.append(position)
    }
    return removed.sorted()
  }

  /// Removes a position's images.
  ///
  /// They lose their name first, so that a crash leaves none that are there in part.
  func remove(_ position: Position) throws {
    let draft = path(of: position) + Self.draftSuffix
    try? FileManager.default.removeItem(atPath: draft)
    try FileManager.default.moveItem(atPath: path(of: position), toPath: draft)
    try FileManager.default.removeItem(atPath: draft)
  }

  /// Copies a position's images from another directory, all at once and durably.
  ///
  /// - Throws: what the operating system says, or ``EventLog/LogFault``.
  func copy(_ position: Position, from other: KeptImages) throws {
    try LogDirectory(path: directory).create()
    let draft = path(of: position) + Self.draftSuffix
    try? FileManager.default.removeItem(atPath: draft)
    try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: false)
    let source = other.path(of: position)
    for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted()
    where !name.hasSuffix("-lock") {
      try FileManager.default.copyItem(atPath: source + "/" + name, toPath: draft + "/" + name)
      try LogDirectory.synchronize(file: draft + "/" + name)
    }
    try LogDirectory(path: draft).synchronize()
    try? FileManager.default.removeItem(atPath: path(of: position))
    try FileManager.default.moveItem(atPath: draft, toPath: path(of: position))
    try LogDirectory(path: directory).synchronize()
  }
}

extension FreshFold {
  /// Begins from the nearest images that are not later than a position: the live ones, or kept ones.
  ///
  /// Where there are none that are of use, it begins where it would have begun without: from the log's start, or
  /// from its base.
  ///
  /// - Parameters:
  ///   - images: The directory of the live images.
  ///   - last: The position.
  ///   - onUnusable: Told in a sentence of kept images that are of no use.
  /// - Throws: ``EventLog/LogFault``
  mutating func begin(
    withImagesNear last: Position, in images: String,
    onUnusable: (String) -> Void = Console.complain
  ) throws(LogFault) {
    let kept = KeptImages(directory: DataDirectory.keptImages(in: images))
    var candidates = kept.positions.filter { position < $0 && $0 <= last }.map {
      ($0, kept.path(of: $0))
    }
    if let live = standing(of: images), live.latest <= last, live.earliest > position {
      candidates.append((live.earliest, images))
    }
    // The later of two; the live ones of two that are as late.
    for (place, directory) in candidates.enumerated().sorted(by: { ($0.1.0, $0.0) > ($1.1.0, $1.0) }
    )
    .map(\.1) {
      guard let fault = try begin(withImagesIn: directory, through: last) else { return }
      if directory != images {
        onUnusable("The images kept at position \(place) are not used. \(fault.message)")
      }
    }
  }

  /// The positions between which the images of a directory are; nil unless all are there.
  private func standing(of directory: String) -> (earliest: Position, latest: Position)? {
    let positions = ProjectionName.all.filter { members.contains($0.member) }.map {
      LiveImage(of: $0, in: directory, .checkpoint).checkpoint?.position
    }
    let known = positions.compactMap(\.self)
    guard known.count == positions.count, let first = known.min(), let last = known.max() else {
      return nil
    }
    return (first, last)
  }
}
