import Engine
import EventLog
import Foundation
import Projection
import World

/// Images of earlier positions, from which the world is folded on to a moment that it is asked for.
///
/// Each position has a directory of its own, named for it in twenty digits, with an image of every
/// projection. They are ordinary images, checked before use as a server checks its own, and nothing is
/// lost with one.
struct KeptImages {
  /// How many are kept unless it is said otherwise.
  static let most = 16

  private static let digits = 20
  private static let draftSuffix = ".new"

  /// Where they are.
  let directory: String

  /// The positions that there are images of, ascending; none when there is no such directory.
  var positions: [Position] {
    let names = (try? LogDirectory(path: directory).names()) ?? []
    return names.compactMap { name in
      guard name.utf8.count == Self.digits, let number = UInt64(name),
        (1...Position.max.rawValue).contains(number)
      else { return nil }
      return Position(number)
    }.sorted()
  }

  /// The directory of a position's images.
  func path(of position: Position) -> String {
    let number = String(position.rawValue)
    return directory + "/" + String(repeating: "0", count: Self.digits - number.utf8.count) + number
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
  func keep(_ fold: inout FreshFold, of logID: LogID, at time: Timestamp) throws {
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
      try fold.writeImages(into: draft, of: logID, at: time)
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
  /// newest stays.
  func thin(to most: Int) throws -> [Position] {
    var left = positions
    var removed: [Position] = []
    while left.count > max(1, most) {
      let gaps = left.indices.dropLast().map { index in
        (index, (index == 0 ? Position.zero : left[index - 1]).distance(to: left[index + 1]))
      }
      guard let (index, _) = gaps.min(by: { $0.1 < $1.1 }) else { break }
      let position = left.remove(at: index)
      try FileManager.default.removeItem(atPath: path(of: position))
      removed.append(position)
    }
    return removed.sorted()
  }
}

extension FreshFold {
  /// Begins from the nearest images that are not later than a position: the live ones, or kept ones.
  ///
  /// Where there are none that are of use, it begins from the log's start.
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
    var candidates = kept.positions.filter { $0 <= last }.map { ($0, kept.path(of: $0)) }
    if let live = standing(of: images), live.latest <= last {
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
