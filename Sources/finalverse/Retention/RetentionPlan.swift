import EventLog

/// Which of a log's oldest files go, and why no more do.
///
/// Whole segments and archives go, the oldest first, and nothing that an image or a hold still needs.
struct RetentionPlan: Sendable {
  /// What an operator wishes to be rid of.
  enum Wish: Hashable, Sendable {
    /// What was decided before a time.
    case older(than: Timestamp)
    /// What is before a position.
    case before(Position)
  }

  /// Why a file stays.
  enum Reason: Hashable, Sendable {
    /// Some of it is not old enough, or not before the position asked for.
    case wish
    /// It is the newest, which is being written.
    case newest
    /// An image has not been folded through it.
    case image(projection: String, version: UInt32, checkpoint: Position)
    /// A hold keeps it.
    case hold(Hold)
  }

  /// The files that go, oldest first.
  let goes: [LogSummary.Segment]
  /// The oldest that stays.
  let stays: LogSummary.Segment?
  /// Why it stays; at least one reason.
  let reasons: [Reason]

  /// The position after which the log begins anew; nil when nothing goes.
  var cut: Position? { goes.last?.lastPosition }

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - segments: The log's files, oldest first.
  ///   - images: How far each image that there is has been folded; of all versions.
  ///   - holds: The holds.
  ///   - lastTime: When the last entry of a sealed file was decided; called for as many as needed.
  init(
    _ wish: Wish, segments: [LogSummary.Segment],
    images: [(projection: String, version: UInt32, checkpoint: Position)], holds: [Hold],
    lastTime: (LogSummary.Segment) throws -> Timestamp
  ) rethrows {
    var goes: [LogSummary.Segment] = []
    var reasons: [Reason] = []
    var stays: LogSummary.Segment?
    for segment in segments {
      reasons = try Self.reasons(
        for: segment, wish, images: images, holds: holds, lastTime: lastTime)
      guard reasons.isEmpty else {
        stays = segment
        break
      }
      goes.append(segment)
    }
    (self.goes, self.stays, self.reasons) = (goes, stays, reasons)
  }

  /// Why a file is to stay; nothing when it may go.
  private static func reasons(
    for segment: LogSummary.Segment, _ wish: Wish,
    images: [(projection: String, version: UInt32, checkpoint: Position)], holds: [Hold],
    lastTime: (LogSummary.Segment) throws -> Timestamp
  ) rethrows -> [Reason] {
    guard segment.isSealed else { return [.newest] }
    var reasons: [Reason] = []
    switch wish {
    case .older(let time): if try lastTime(segment) >= time { reasons.append(.wish) }
    case .before(let position): if segment.lastPosition >= position { reasons.append(.wish) }
    }
    for image in images where image.checkpoint < segment.lastPosition {
      reasons.append(
        .image(
          projection: image.projection, version: image.version, checkpoint: image.checkpoint))
    }
    reasons += holds.filter { $0.from <= segment.lastPosition }.map(Reason.hold)
    return reasons
  }
}
