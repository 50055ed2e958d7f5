import Projection
import Synchronization

/// Keeps what an image writer reports.
final class Reports: Sendable {
  private let all = Mutex<[String]>([])

  /// What was reported, in short.
  var texts: [String] { all.withLock { $0 } }

  func add(_ report: ImageReport) {
    let text =
      switch report {
      case .behind(let fault): "behind: \(fault.code.rawValue)"
      case .recovered(let projection): "recovered: \(projection)"
      case .givenUp(let fault): "given up: \(fault.code.rawValue)"
      }
    all.withLock { $0.append(text) }
  }
}
