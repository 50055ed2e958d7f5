import Engine
import EventLog
import Projection
import World

/// Checks all that a data directory holds: the log's bytes, what they come to, and the images.
///
/// It reads beside a running server, and holds it up in nothing.
struct Verification {
  /// Something that is not as it should be.
  struct Finding: Sendable {
    /// A stable name, for programs.
    let code: String
    /// What is wrong, where, and what to do.
    let message: String
    /// The file.
    var file: String?
    /// The first position.
    var position: Position?
  }

  /// What was checked, and what was found.
  struct Report: Sendable {
    /// What the log's bytes proved; nil when they are damaged.
    var log: VerifyReport?
    /// The position of the kept images from which it was folded; ``EventLog/Position/zero`` where the log has all
    /// its entries.
    var base = Position.zero
    /// Events folded.
    var events = 0
    /// How each image compares with the fold; empty when it did not come to that.
    var images: [(image: LiveImage, comparison: LiveImage.Comparison)] = []
    /// What is wrong; nothing when all is sound.
    var findings: [Finding] = []
    /// How long it took.
    var duration = Duration.zero
  }

  /// How many times on the way, and once at the end, the world's rules are checked.
  private static let ruleChecks = 8

  /// The data directory.
  let data: DataDirectory

  /// Checks everything, or all up to the first damage of the log.
  ///
  /// - Throws: ``EventLog/LogFault`` when there is no log, or it cannot be read for other reasons than damage.
  func run() throws -> Report {
    let start = ContinuousClock.now
    var report = Report()
    let log = try openLog(&report)
    if let log {
      // Before the log's end is known, so that no image seems to be ahead of it.
      let images = lookAtImages()
      do {
        report.log = try checkBytes(of: log)
        try checkState(of: log, images, &report)
      } catch let fault as LogFault where fault.code == .damaged {
        report.findings.append(Finding(fault))
      } catch let fault as EngineFault where fault.code == .damaged {
        report.findings.append(Finding(code: fault.code.rawValue, message: fault.description))
      }
    }
    report.duration = ContinuousClock.now - start
    return report
  }

  private func openLog(_ report: inout Report) throws(LogFault) -> LMDBEventLog? {
    do throws(LogFault) {
      return try LMDBEventLog(directory: data.log, access: .readOnly)
    } catch {
      guard error.code == .damaged else { throw error }
      report.findings.append(Finding(error))
      return nil
    }
  }

  private func lookAtImages() -> [LiveImage] {
    ProjectionName.all.map { LiveImage(of: $0, in: data.images, .rows) }
  }

  private func checkBytes(of log: LMDBEventLog) throws -> VerifyReport {
    let summary = try log.summary()
    let count = max(0, summary.firstPosition.distance(to: summary.lastPosition) + 1)
    let progress = Progress("checking the log", of: count)
    do {
      let report = try log.verify(from: nil, through: summary.lastPosition) {
        progress.update($0.entries)
        return .proceed
      }
      progress.finish(report.entries)
      return report
    } catch {
      progress.abandon()
      throw error
    }
  }

  /// Folds everything; compares the images, and checks the rules on the way and at the end.
  private func checkState(
    of log: LMDBEventLog, _ images: [LiveImage], _ report: inout Report
  ) throws {
    let summary = try log.summary()
    var fold = try FreshFold(log, from: KeptImages(directory: data.keptImages))
    let base = fold.base
    report.base = base
    let progress = Progress("folding", of: base.distance(to: summary.lastPosition))
    var states: [ProjectionSet.RawValue: StateSummary] = [:]
    var sound = base
    // An image that is older than the base is found out when a server starts.
    let places = Set(
      images.compactMap { $0.comparablePosition(in: summary) }.filter { $0 >= base })
    let checks = Self.rulePlaces(after: base, through: summary.lastPosition)
    for place in places.union(checks).sorted() {
      try fold.advance(to: place) { progress.update(base.distance(to: $0)) }
      let members = images.filter { $0.comparablePosition(in: summary) == place }
        .reduce(into: ProjectionSet()) { $0.formUnion($1.projection.member) }
      states.merge(try fold.states(of: members)) { $1 }
      guard checks.contains(place) else { continue }
      guard fold.violations().isEmpty else {
        progress.abandon()
        report.findings.append(try search(log, after: sound, through: place))
        return
      }
      sound = place
    }
    progress.finish(base.distance(to: fold.position))
    report.events = fold.events
    report.images = images.map { image in
      let isEarlier = image.checkpoint.map { $0.position < base } ?? false
      let state = states[image.projection.member.rawValue]
      return (image, isEarlier ? .passed : image.compared(with: state))
    }
    report.findings += report.images.compactMap(Finding.init)
  }

  private static func rulePlaces(after base: Position, through last: Position) -> Set<Position> {
    let step = max(1, base.distance(to: last) / ruleChecks)
    return Set(stride(from: step, to: base.distance(to: last), by: step).map(base.advanced(by:)))
      .union([last])
  }

  private func search(
    _ log: LMDBEventLog, after sound: Position, through broken: Position
  ) throws -> Finding {
    let search = ViolationSearch(log: log, kept: KeptImages(directory: data.keptImages)) {
      Console.complain($0)
    }
    let (position, violations) = try search.first(after: sound, through: broken)
    let words = violations.prefix(5).map { "\($0.system): \($0.description)" }
      .joined(separator: "; ")
    return Finding(
      code: "rule_broken",
      message: """
        A rule of the world is broken by the entry at position \(position): \(words). \
        The log is as it was written; the program that wrote it was at fault. Report it with the log.
        """,
      position: position)
  }
}

extension Verification.Finding {
  /// Damage of the log.
  fileprivate init(_ fault: LogFault) {
    self.init(
      code: fault.code.rawValue, message: fault.text, file: fault.file, position: fault.position)
  }

  /// An image that is not what the log says; nil when there is nothing wrong with it.
  fileprivate init?(_ compared: (image: LiveImage, comparison: LiveImage.Comparison)) {
    let name = compared.image.projection.name
    switch compared.comparison {
    case .same, .missing, .otherVersion, .passed: return nil
    case .different:
      let position = compared.image.checkpoint?.position
      self.init(
        code: "image_different",
        message:
          "The image of \(name) is not what the log says at position \(position ?? .zero). "
          + "Stop the server if there is one, and run finalverse rebuild.",
        position: position)
    case .unreadable:
      let fault = compared.image.fault
      self.init(
        code: fault?.code.rawValue ?? "image_damaged",
        message: fault?.text ?? "The image of \(name) cannot be read.",
        file: fault?.file)
    }
  }
}
