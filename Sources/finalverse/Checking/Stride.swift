import EventLog
import Projection

/// Folds a long stretch step by step, and makes it durable when it is time.
struct Stride {
  /// How often.
  let pace: Rebuild.Pace
  /// Whether what is folded is made durable on the way at all.
  let isSaving: Bool
  /// Where the fold began.
  let began: Position
  /// Shows how far it has come since.
  let progress: Progress
  /// Told of each position that is durable.
  let onSaved: (Position) throws -> Void
  private var saved = ContinuousClock.now

  /// A fold that begins now.
  init(
    pace: Rebuild.Pace, isSaving: Bool, began: Position, progress: Progress,
    onSaved: @escaping (Position) throws -> Void
  ) {
    self.pace = pace
    self.isSaving = isSaving
    self.began = began
    self.progress = progress
    self.onSaved = onSaved
  }

  /// Folds what follows, up to a position.
  ///
  /// - Throws: what the fold and the drafts throw, and what `onSaved` does.
  mutating func advance(
    _ fold: inout FreshFold, to last: Position, drafts: inout ImageDrafts
  ) throws {
    while fold.position < last {
      let next = min(last, fold.position.advanced(by: pace.entries))
      try fold.advance(to: next) { progress.update(began.distance(to: $0)) }
      guard isSaving, .now - saved >= pace.time else { continue }
      try fold.save(in: &drafts, at: .now)
      saved = .now
      try onSaved(fold.position)
    }
  }
}
