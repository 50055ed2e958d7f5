import Engine
import EventLog
import Foundation
import Projection
import World

/// The images that a fold writes on its way, so that another can go on where it was interrupted.
///
/// They are in a directory of their own, `draft` and below it one for the program that writes them. They are used
/// by the very program that began them alone: another may fold otherwise, and an image that two programs have
/// folded by halves would be neither's. What a draft says of itself (log, version, position, digest) is
/// checked as a server checks an image. One process at a time has them.
struct ImageDrafts: ~Copyable {
  /// What drafts were of no use and begun anew, in words.
  private(set) var discarded: [String]

  private let parent: String
  /// Where this program's drafts are.
  let directory: String
  private let log: LogSummary
  private let configuration: Image.Configuration
  private let lock: DirectoryLock
  private var images: [ProjectionSet.RawValue: Image] = [:]

  /// Takes the drafts in a directory; removes those of other programs.
  ///
  /// - Parameters:
  ///   - parent: Where they are; created when missing.
  ///   - program: Stands for the program that folds.
  ///   - log: What is folded.
  ///   - configuration: The limits of the images.
  /// - Throws: ``EventLog/LogFault`` or ``Projection/ImageFault``, or a ``Failure`` when another process has the drafts.
  init(
    in parent: String, of program: String, for log: LogSummary,
    configuration: Image.Configuration = Image.Configuration()
  ) throws {
    try LogDirectory(path: parent).create()
    let lock = try Self.lock(parent)
    var discarded: [String] = []
    for name in try LogDirectory(path: parent).names().sorted() {
      guard name.hasPrefix(Self.prefix), name != Self.prefix + program else { continue }
      try FileManager.default.removeItem(atPath: parent + "/" + name)
      discarded.append("What another program has begun to rebuild is of no use to this one.")
    }
    self.parent = parent
    self.log = log
    self.configuration = configuration
    self.lock = lock
    self.discarded = discarded
    directory = Self.directory(of: program, in: parent)
  }

  private static let prefix = "program-"

  /// Where a program's drafts are.
  static func directory(of program: String, in parent: String) -> String {
    parent + "/" + prefix + program
  }

  private static func lock(_ parent: String) throws -> DirectoryLock {
    do throws(LogFault) {
      return try DirectoryLock(directory: parent, note: "finalverse rebuild")
    } catch {
      guard error.code == .locked else { throw error }
      let holder = DirectoryLock.holder(of: parent).map { " by process \($0.processID)" } ?? ""
      throw Failure(
        .locked, "images are already being rebuilt in \(parent)\(holder). Wait for its end.")
    }
  }

  /// Whether nothing has been written yet.
  var isEmpty: Bool { images.isEmpty }

  /// Fills empty projections with what the drafts hold, and says how far each is folded.
  mutating func restore(
    _ members: ProjectionSet, into world: inout World
  ) throws(ImageFault) -> FoldedThrough {
    var opening = Opening(
      members: members, directory: directory, log: log, configuration: configuration,
      isCreating: false, images: images)
    try world.visitProjections(&opening)
    images = opening.images
    discarded += opening.discarded
    return opening.seen
  }

  /// Writes what changed in a world since the last call, each projection in a transaction.
  mutating func write(
    _ members: ProjectionSet, of world: inout World, through seen: FoldedThrough,
    at time: Timestamp
  ) throws(ImageFault) {
    var empty = World()
    var opening = Opening(
      members: members, directory: directory, log: log, configuration: configuration,
      isCreating: true, images: images)
    try empty.visitProjections(&opening)
    images = opening.images
    var writing = Writing(members: members, images: images, seen: seen, time: time)
    try world.visitProjections(&writing)
  }

  /// Waits until all is on disk, checks that the drafts come to what memory comes to, and gives them up to be
  /// moved.
  ///
  /// - Throws: ``Projection/ImageFault``; of code `damaged` when they do not.
  mutating func close(
    expecting states: [ProjectionSet.RawValue: StateSummary]
  ) throws(ImageFault) {
    for (member, image) in images {
      try image.synchronize()
      guard image.checkpoint?.state == states[member] else {
        throw ImageFault(
          code: .damaged,
          message: "What was written to the draft is not what was folded. Remove \(parent) and "
            + "rebuild again.",
          file: image.file)
      }
    }
    images = [:]
  }

  /// Removes what is left, when all has been moved.
  consuming func remove() {
    let files = FileManager.default
    try? files.removeItem(atPath: directory)
    try? files.removeItem(atPath: lock.file)
    // Unless somebody has put something else there.
    _ = unsafe rmdir(parent)
  }
}

private struct Opening: ProjectionVisitor {
  let members: ProjectionSet
  let directory: String
  let log: LogSummary
  let configuration: Image.Configuration
  /// Whether a draft that is missing is begun.
  let isCreating: Bool
  var images: [ProjectionSet.RawValue: Image]
  var seen = FoldedThrough()
  var discarded: [String] = []

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    guard members.contains(member), images[member.rawValue] == nil else { return }
    if !isCreating, try ImageDraftFile(of: P.self, in: directory) == nil { return }
    let restored = try Image.restore(
      &projection, in: directory, of: log.logID, through: log.lastPosition,
      configuration: configuration)
    images[member.rawValue] = restored.image
    seen[member] = restored.position
    if let fault = restored.discarded { discarded.append(fault.message) }
  }
}

private struct Writing: ProjectionVisitor {
  let members: ProjectionSet
  let images: [ProjectionSet.RawValue: Image]
  let seen: FoldedThrough
  let time: Timestamp

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    guard members.contains(member), let image = images[member.rawValue] else { return }
    try image.write(ProjectionChanges(taking: &projection), through: seen[member], at: time)
  }
}
