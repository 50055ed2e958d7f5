internal import EventLog
internal import Synchronization

/// One image and what could not be written to it yet.
///
/// Writes on one thread at a time; its status is for any thread.
final class ImageKeeping: Sendable {
  private struct State {
    /// Changes that a write failed to bring into the image.
    var owed: ProjectionChanges?
    var fault: ImageFault?
    var isGivenUp = false
  }

  private let image: Image
  private let onReport: @Sendable (ImageReport) -> Void
  private let state = Mutex(State())

  init(_ image: Image, onReport: @escaping @Sendable (ImageReport) -> Void) {
    self.image = image
    self.onReport = onReport
  }

  var projection: String { image.projection }

  var status: ImageStatus {
    state.withLock { state in
      ImageStatus(
        projection: image.projection, file: image.file, checkpoint: image.checkpoint,
        fault: state.fault, isGivenUp: state.isGivenUp, owedCount: state.owed?.count ?? 0)
    }
  }

  /// Writes what is owed and what is new, or moves the checkpoint when that is all there is to do.
  func write(
    _ changes: [ProjectionChanges], through position: Position, at time: Timestamp, isLast: Bool
  ) {
    let (owed, isGivenUp) = state.withLock { ($0.owed, $0.isGivenUp) }
    guard !isGivenUp else { return }
    var pending = owed ?? ProjectionChanges(of: image.projection)
    for later in changes { pending.merge(later: later) }
    let lag = (image.checkpoint?.position ?? .zero).distance(to: position)
    guard !pending.isEmpty || lag >= ImageWriter.lagMax || isLast && lag > 0 else { return }
    do throws(ImageFault) {
      try image.write(pending, through: position, at: time)
      if isLast { try image.synchronize() }
      succeeded()
    } catch {
      failed(error, owing: pending)
    }
  }

  private func succeeded() {
    let wasFailing = state.withLock { state in
      defer {
        state.fault = nil
        state.owed = nil
      }
      return state.fault != nil
    }
    if wasFailing { onReport(.recovered(projection: image.projection)) }
  }

  private func failed(_ fault: ImageFault, owing pending: ProjectionChanges) {
    let isNews = state.withLock { state in
      defer { state.fault = fault }
      if fault.isPassing {
        state.owed = pending
      } else {
        // After a failed sync nobody knows what is on disk; the next start finds out.
        state.isGivenUp = true
        state.owed = nil
      }
      return state.fault?.code != fault.code
    }
    guard isNews else { return }
    onReport(fault.isPassing ? .behind(fault) : .givenUp(fault))
  }
}
