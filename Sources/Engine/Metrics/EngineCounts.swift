import EventLog
import Metrics

/// What the engine's thread counts.
final class EngineCounts: Sendable {
  /// Commands, by kind and outcome.
  let commands = CommandCounts()
  /// Whatever was refused, by code: commands, questions, subscriptions, sign-ins.
  let rejections = CodeCounts()
  /// Questions answered.
  let queriesAnswered = Counter()
  /// Questions refused.
  let queriesRejected = Counter()
  /// Jobs of the scheduler that were fired.
  let jobsFired = Counter()
  /// When the next job is due, in microseconds since 1970; the greatest number when there is none.
  let nextDue = Gauge(.max)
  /// How long the thread was at work, in nanoseconds.
  let busyNanoseconds = Counter()

  /// Notes a stretch of work.
  func countWork(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    busyNanoseconds.add(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
  }
}

/// What the committer's thread counts.
final class CommitCounts: Sendable {
  /// Entries made durable.
  let entries = Counter()
  /// Their bytes.
  let bytes = Counter()
  /// How long each append took, its sync included.
  let seconds = Histogram.ofLatencies()
  /// How many entries each batch had.
  let batchEntries = Histogram(upTo: (0...16).map { 1 << $0 })

  /// Notes a batch that was made durable.
  func count(_ batch: EntryBatch, in duration: Duration) {
    entries.add(batch.count)
    bytes.add(batch.bytes.count)
    seconds.record(duration)
    batchEntries.record(batch.count)
  }
}
