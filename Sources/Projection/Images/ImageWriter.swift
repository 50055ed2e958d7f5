internal import Dispatch
public import EventLog
internal import Synchronization

/// Writes the images of all projections, on a thread of its own.
///
/// Whoever folds hands over changes with the position that they go up to, when ``isIdle`` says that the
/// last ones are written. They wait here until the log says that the position is durable, so that no
/// image ever runs ahead of the log. A write that fails stops nobody: its changes are kept and written
/// together with the next, and the image's checkpoint stays where it was. Thread-safe.
public final class ImageWriter: Sendable {
  /// How far an image may fall behind the log when nothing changes in it.
  ///
  /// Beyond this its checkpoint is moved, so that a start need not read what does not concern it.
  public static let lagMax = 65_536

  /// What is to be written: the changes of some projections, up to a position.
  private struct Work {
    var changes: [ProjectionChanges]
    var position: Position
  }

  private enum Phase {
    /// Nothing to do. Goes to `waiting`, `writing` or `stopped`.
    case idle
    /// Work whose position is not durable yet. Goes to `writing` or `stopped`.
    case waiting(Work)
    /// The queue is at it. Goes to `idle` or `stopped`.
    case writing
    /// Takes nothing any more.
    case stopped
  }

  private struct State {
    var phase = Phase.idle
    var durable = Position.zero
  }

  private let images: [ImageKeeping]
  private let now: @Sendable () -> Timestamp
  private let onWrite: @Sendable (Duration) -> Void
  private let queue = DispatchQueue(label: "images")
  private let state = Mutex(State())

  /// Starts writing images.
  ///
  /// - Parameters:
  ///   - images: The images of all projections.
  ///   - now: What time it is, for the checkpoints.
  ///   - onReport: Called on the writer's thread when an image fails, and when it is well again.
  ///   - onWrite: Called on the writer's thread with how long a round of changes took.
  public init(
    _ images: [Image], now: @escaping @Sendable () -> Timestamp,
    onReport: @escaping @Sendable (ImageReport) -> Void,
    onWrite: @escaping @Sendable (Duration) -> Void = { _ in }
  ) {
    self.images = images.map { ImageKeeping($0, onReport: onReport) }
    self.now = now
    self.onWrite = onWrite
  }

  /// Whether changes can be handed over.
  public var isIdle: Bool {
    state.withLock { state in
      if case .idle = state.phase { true } else { false }
    }
  }

  /// How each image is doing, in the order in which they were given.
  public var statuses: [ImageStatus] { images.map(\.status) }

  /// Takes changes to write once `position` is durable; projections without changes may be left out.
  ///
  /// - Precondition: ``isIdle``, which nobody else makes untrue.
  public func submit(_ changes: [ProjectionChanges], through position: Position) {
    let work = Work(changes: changes, position: position)
    state.withLock { state in
      guard case .idle = state.phase else {
        if case .stopped = state.phase { return }
        preconditionFailure("The last changes are not written yet.")
      }
      state.phase = .waiting(work)
      startIfDurable(&state)
    }
  }

  /// Says that the log is durable up to `position`.
  public func durable(through position: Position) {
    state.withLock { state in
      state.durable = max(state.durable, position)
      startIfDurable(&state)
    }
  }

  /// Writes the last changes, moves every checkpoint to `position`, and returns when all is on disk.
  ///
  /// For a shutdown in good order: the next start then has nothing to fold.
  ///
  /// - Parameters:
  ///   - changes: What is left; nothing comes after it.
  ///   - position: The end of the log, which is durable.
  public func finish(_ changes: [ProjectionChanges], through position: Position) {
    durable(through: position)
    let wasStopped = stopTaking()
    queue.sync {
      guard !wasStopped else { return }
      write(Work(changes: changes, position: position), isLast: true)
    }
  }

  /// Ends at once: waits for the write under way, and drops what waits for the log.
  public func stop() {
    _ = stopTaking()
    queue.sync {}
  }

  /// Takes nothing any more; false unless that was so before.
  private func stopTaking() -> Bool {
    state.withLock { state in
      if case .stopped = state.phase { return true }
      state.phase = .stopped
      return false
    }
  }

  private func startIfDurable(_ state: inout State) {
    guard case .waiting(let work) = state.phase, work.position <= state.durable else { return }
    state.phase = .writing
    queue.async { [self] in
      write(work, isLast: false)
      self.state.withLock { state in
        if case .writing = state.phase { state.phase = .idle }
      }
    }
  }

  private func write(_ work: Work, isLast: Bool) {
    let start = ContinuousClock.now
    defer { onWrite(ContinuousClock.now - start) }
    for image in images {
      let changes = work.changes.filter { $0.projection == image.projection }
      image.write(changes, through: work.position, at: now(), isLast: isLast)
    }
  }
}
