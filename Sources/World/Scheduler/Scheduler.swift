package import EventLog
package import Projection
package import Schema
import SwiftProtobuf

/// What is due, and when.
///
/// Jobs follow from other systems' events: an open trade expires, a player under way comes to a
/// border, a region's harmony drifts. A job is due at a time of the calendar, or at one of the world's clock,
/// which the scheduler keeps a copy of. A job that is due is fired by deciding an entry of the system it belongs to,
/// and that entry removes or replaces it, so that firing twice is impossible. After downtime every job is
/// still there and catches up by its kind's policy, which ``JobKind`` tells.
///
/// Where the world looks at something every hour and mostly finds it as it was, no entry is written: the job is
/// put off (``putOff(_:until:)``). That is in no row: after a restart it is looked at again.
///
/// It is not: a clock. Whoever owns the world asks for what is due by now (``next(dueBy:)``) and
/// decides `ServerCommand.fire`.
package struct Scheduler: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "scheduler"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 2

  var jobs = Table<JobKey, JobRow>("jobs")
  private var clocks = Table<SingleKey, ClockRow>("clock")

  /// The world's clock; nil before it is started.
  ///
  /// Derived from its row.
  private(set) var clock: ClockRow?
  /// Jobs by the calendar.
  private var calendar = JobQueue()
  /// Jobs by the world's clock.
  private var byClock = JobQueue()
  /// Until when jobs by the world's clock are put off.
  private var putOff: [JobKey: Int64] = [:]

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
    try visitor.visit(&clocks)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    clock = clocks[.only]
    putOff = [:]
    refill()
  }

  /// When the next job is due; nil when there is none, or when the world's clock stands before it.
  package var nextDue: Timestamp? {
    guard let dated = nextByCalendar else { return firstByClock?.time }
    guard let clocked = firstByClock?.time else { return dated }
    return min(dated, clocked)
  }

  /// When the next job by the calendar is due; nil when there is none.
  var nextByCalendar: Timestamp? {
    calendar.first.map { Timestamp(microseconds: $0.due) }
  }

  /// The job that is due first, if it is due by a time; of several due at once that of the lowest
  /// kind and subject, those of the calendar first.
  ///
  /// A job that was put off is told with the time until which it was.
  ///
  /// - Complexity: O(1); changing a job costs O(log n) on average.
  package borrowing func next(dueBy time: Timestamp) -> JobRow? {
    let first = calendar.first
    if let (at, turn) = firstByClock, at <= time, first.map({ at.microseconds < $0.due }) ?? true {
      var row = jobs[turn.key]
      row?.worldDueUs = turn.due
      return row
    }
    guard let first, first.due <= time.microseconds else { return nil }
    return jobs[first.key]
  }

  private var firstByClock: (time: Timestamp, turn: JobQueue.Turn)? {
    guard let turn = byClock.first, let time = clock?.realTime(of: WorldTime(turn.due)) else {
      return nil
    }
    return (time, turn)
  }

  /// Has a job of the world's clock looked at again later: there was nothing to be done.
  ///
  /// Kept in memory only. A job that is rescheduled or cancelled is put off no more.
  package mutating func putOff(_ job: JobRow, until time: WorldTime) {
    let key = JobKey(job.kind, job.subject)
    guard let due = jobs.withRow(key, { $0.worldDueUs }), due > 0 else { return }
    putOff[key] = max(due, time.microseconds)
    byClock.insert(key, due: max(due, time.microseconds))
    tidy()
  }

  /// When a job of the world's clock is due by its row, put off or not; nil if there is none.
  borrowing func filed(_ kind: JobKind, _ subject: UInt64) -> WorldTime? {
    jobs.withRow(JobKey(kind, subject)) { WorldTime($0.worldDueUs) }
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
    calendar.insert(key, due: due)
    tidy()
  }

  mutating func schedule(_ kind: JobKind, _ subject: UInt64, at time: WorldTime) {
    let key = JobKey(kind, subject)
    let due = max(1, time.microseconds)
    jobs.set(
      key,
      to: .with {
        $0.kind = kind
        $0.subject = subject
        $0.worldDueUs = due
      })
    putOff.removeValue(forKey: key)
    byClock.insert(key, due: due)
    tidy()
  }

  mutating func cancel(_ kind: JobKind, _ subject: UInt64) {
    let key = JobKey(kind, subject)
    guard jobs.remove(key) else { return }
    putOff.removeValue(forKey: key)
    tidy()
  }

  mutating func setClock(_ row: ClockRow?) {
    clock = row
    if let row { clocks.set(.only, to: row) }
  }

  /// Restores that the least of each queue is a job, and bounds how many are none.
  private mutating func tidy() {
    while let turn = calendar.first, jobs.withRow(turn.key, { $0.dueUs }) != turn.due {
      calendar.removeFirst()
    }
    while let turn = byClock.first, dueByClock(turn.key) != turn.due {
      byClock.removeFirst()
    }
    if calendar.count + byClock.count > 2 * jobs.count + 64 { refill() }
  }

  private borrowing func dueByClock(_ key: JobKey) -> Int64? {
    guard let due = jobs.withRow(key, { $0.worldDueUs }), due > 0 else { return nil }
    return putOff[key] ?? due
  }

  private mutating func refill() {
    var dated: [JobQueue.Turn] = []
    var clocked: [JobQueue.Turn] = []
    jobs.forEachInOrder { key, row in
      if row.worldDueUs > 0 {
        clocked.append(JobQueue.Turn(due: putOff[key] ?? row.worldDueUs, key: key))
      } else {
        dated.append(JobQueue.Turn(due: row.dueUs, key: key))
      }
    }
    calendar = JobQueue(dated)
    byClock = JobQueue(clocked)
  }
}
