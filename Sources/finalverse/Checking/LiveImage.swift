import EventLog
import Projection

/// A projection's image as it was when it was looked at, to be compared with a fold.
struct LiveImage: Sendable {
  /// How an image and a fold compare.
  enum Comparison: String, Sendable {
    /// The same rows at the same position.
    case same
    /// Other rows at the same position.
    case different
    /// The image is of another version of the projection.
    case otherVersion = "other_version"
    /// There is no image.
    case missing
    /// The image cannot be read.
    case unreadable
    /// The fold went on from a later position than that of the image.
    case passed

    /// For people.
    var words: String {
      switch self {
      case .same: "same"
      case .different: "DIFFERENT"
      case .otherVersion: "of another version"
      case .missing: "none"
      case .unreadable: "cannot be read"
      case .passed: "earlier than this run began"
      }
    }
  }

  /// Which projection.
  let projection: ProjectionName
  /// What the image says of itself; nil when there is none, or none that can be read.
  let checkpoint: Checkpoint?
  /// Why it cannot be read; nil when it can.
  let fault: ImageFault?

  /// How closely an image is looked at.
  enum Scrutiny: Sendable {
    /// What it says of itself is believed.
    case checkpoint
    /// Every page and every row is read and compared with what it says of itself.
    case rows
  }

  /// Looks at an image, whose writer may go on meanwhile.
  init(of projection: ProjectionName, in directory: String, _ scrutiny: Scrutiny) {
    self.projection = projection
    do throws(ImageFault) {
      let reader = try ImageReader(
        of: projection.name, version: projection.version, in: directory)
      let snapshot = try reader.snapshot()
      checkpoint =
        try scrutiny == .checkpoint ? snapshot.checkpoint() : snapshot.checkedCheckpoint()
      fault = nil
    } catch {
      checkpoint = nil
      fault = error.code == .missing ? nil : error
    }
  }

  /// The position at which it can be compared with a fold of the log; nil when it cannot.
  func comparablePosition(in log: LogSummary) -> Position? {
    guard let checkpoint, checkpoint.version == projection.version,
      checkpoint.logID == log.logID, checkpoint.position <= log.lastPosition
    else { return nil }
    return checkpoint.position
  }

  /// How it compares with the state of a fold at ``comparablePosition(in:)``, or without one.
  func compared(with state: StateSummary?) -> Comparison {
    guard let checkpoint else { return fault == nil ? .missing : .unreadable }
    guard checkpoint.version == projection.version else { return .otherVersion }
    return checkpoint.state == state ? .same : .different
  }
}
