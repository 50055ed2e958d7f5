package import EventLog
import HeapModule
package import Projection
package import Schema
import SwiftProtobuf

/// What is due, and when.
///
/// Jobs follow from other systems' events: an open trade expires, a player under way comes to a
/// border. A job that is due is fired by deciding an entry of the system it belongs to, and that
/// entry removes or replaces it, so that firing twice is impossible. After downtime every job is
/// still there and catches up by its kind's policy:
///
/// - trade expiry: once;
/// - border crossing: all, in order, each placed where it happened;
/// - season end: once, as of its due time.
///
/// It is not: a clock. Whoever owns the world asks for what is due by now (``next(dueBy:)``) and
/// decides `ServerCommand.fire`.
package struct Scheduler: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "scheduler"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  var jobs = Table<JobKey, JobRow>("jobs")
  /// Every job by due time, and some that are no more.
  ///
  /// The least is always a job that is.
  private var queue = Heap<Turn>()

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    var turns: [Turn] = []
    jobs.forEachInOrder { key, row in turns.append(Turn(due: row.dueUs, key: key)) }
    queue = Heap(turns)
  }

  /// When the next job is due; nil when there is none.
  package var nextDue: Timestamp? {
    queue.min.map { Timestamp(microseconds: $0.due) }
  }

  /// The job that is due first, if it is due by a time; of several due at once that of the lowest
  /// kind and subject.
  ///
  /// - Complexity: O(1); changing a job costs O(log n) on average.
  package borrowing func next(dueBy time: Timestamp) -> JobRow? {
    guard let turn = queue.min, turn.due <= time.microseconds else { return nil }
    return jobs[turn.key]
  }

  mutating func schedule(_ kind: JobKind, _ subject: UInt64, due: Int64) {
    let key = JobKey(kind, subject)
    jobs.set(
      key,
      to: .with {
        $0.kind = kind
        $0.subject = subject
        $0.dueUs = due
      })
    queue.insert(Turn(due: due, key: key))
    tidy()
  }

  mutating func cancel(_ kind: JobKind, _ subject: UInt64) {
    guard jobs.remove(JobKey(kind, subject)) else { return }
    tidy()
  }

  /// Restores that the least of the queue is a job, and bounds how many are none.
  private mutating func tidy() {
    while let turn = queue.min, jobs.withRow(turn.key, { $0.dueUs }) != turn.due {
      queue.removeMin()
    }
    if queue.count > 2 * jobs.count + 64 { rebuildIndexes() }
  }
}

/// When a job's turn comes.
private struct Turn: Comparable {
  let due: Int64
  let key: JobKey

  static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.due, lhs.key) < (rhs.due, rhs.key)
  }
}
