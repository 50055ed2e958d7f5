import EventLog
import Projection
import World

/// Puts fresh images where they belong: moves drafts there, or writes what is in memory.
struct ImagePlacer: ProjectionVisitor {
  /// Which projections.
  let members: ProjectionSet
  /// Where they go; those that are there give way.
  let directory: String
  /// The log that they are folded from.
  let logID: LogID
  /// The last entry folded.
  let position: Position
  /// Now.
  let time: Timestamp
  /// Where those of ``missing`` go instead, so long as nobody puts one there meanwhile.
  var free = ""
  /// The projections without an image in ``free``.
  var missing: ProjectionSet = []
  /// The directory that drafts are to be moved from; nil: the images are written from memory.
  var drafts: String?
  /// How fast they are written.
  var pace = DiskPace.full
  /// The directory that each has come to.
  private(set) var places: [ProjectionSet.RawValue: String] = [:]

  /// Images that take the place of those in a directory.
  init(
    members: ProjectionSet, directory: String, logID: LogID, position: Position, time: Timestamp
  ) {
    self.members = members
    self.directory = directory
    self.logID = logID
    self.position = position
    self.time = time
  }

  mutating func visit<P: Projection & ~Copyable>(
    _ projection: inout P, as member: ProjectionSet
  ) throws(ImageFault) {
    guard members.contains(member) else { return }
    if missing.contains(member), try put(&projection, in: free, replacing: false) {
      places[member.rawValue] = free
    } else {
      _ = try put(&projection, in: directory, replacing: true)
      places[member.rawValue] = directory
    }
  }

  private func put<P: Projection & ~Copyable>(
    _ projection: inout P, in directory: String, replacing: Bool
  ) throws(ImageFault) -> Bool {
    if let drafts {
      guard let draft = try ImageDraftFile(of: P.self, in: drafts) else {
        throw ImageFault(
          code: .missing, message: "The draft of \(P.name) is gone. Rebuild again.", file: drafts)
      }
      return try draft.adopt(into: directory, replacing: replacing)
    }
    let replacement = try ImageReplacement.write(
      &projection, in: directory, of: logID, through: position, at: time, pace: pace)
    return try replacement.adopt(replacing: replacing)
  }
}
