import EventLog
import Projection
import Schema

/// A projection for tests: two tables, folded from a log that is imagined.
///
/// The entry at each position does something that depends on the position alone.
struct Almanac: Projection, ~Copyable {
  static let name = "almanac"
  static let version: UInt32 = 3

  var jobs = Table<JobKey, JobRow>("jobs")
  var retries = Table<UInt64, RetryRow>("retries")
  /// Derived: how many jobs there are of each kind.
  private(set) var jobCounts: [UInt8: Int] = [:]

  init() {}

  /// What a log folds to up to a position.
  init(foldedThrough position: Position) {
    fold(through: position, after: .zero)
  }

  mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
    try visitor.visit(&retries)
  }

  mutating func rebuildIndexes() {
    jobCounts = [:]
    for key in jobs.sortedKeys() { jobCounts[key.kind, default: 0] += 1 }
  }

  mutating func fold(through last: Position, after seen: Position) {
    guard seen < last else { return }
    for number in seen.next.rawValue...last.rawValue { fold(number) }
  }

  /// Applies the entry at a position.
  private mutating func fold(_ position: UInt64) {
    var generator = RepeatableGenerator(seed: position)
    let key = JobKey(
      kind: UInt8(generator.next(below: 3)), subject: UInt64(generator.next(below: 60)))
    switch generator.next(below: 10) {
    case 0..<5:
      if !jobs.contains(key) { jobCounts[key.kind, default: 0] += 1 }
      jobs.set(key, to: job(due: Int64(position), subject: key.subject))
    case 5..<8:
      if jobs.remove(key) { jobCounts[key.kind, default: 0] -= 1 }
    default:
      let actor = 1_000 + UInt64(generator.next(below: 8))
      // Now and then a row too long for a page of its table.
      let count = generator.next(below: 8) == 0 ? 400 : generator.next(below: 20)
      retries.set(actor, to: retryRow(actor: actor, count: count))
    }
  }

  /// Every row, to compare with another's.
  borrowing func contents() -> Contents {
    var contents = Contents()
    jobs.forEachInOrder { key, row in contents.jobs.append((key, copy row)) }
    retries.forEachInOrder { key, row in contents.retries.append((key, copy row)) }
    contents.jobCounts = jobCounts.filter { $0.value > 0 }
    return contents
  }

  struct Contents: Equatable {
    var jobs: [(key: JobKey, row: JobRow)] = []
    var retries: [(key: UInt64, row: RetryRow)] = []
    var jobCounts: [UInt8: Int] = [:]

    static func == (left: Self, right: Self) -> Bool {
      left.jobs.elementsEqual(right.jobs, by: ==)
        && left.retries.elementsEqual(right.retries, by: ==) && left.jobCounts == right.jobCounts
    }
  }

  /// Every row of a fresh fold.
  static func contents(foldedThrough position: Position) -> Contents {
    Almanac(foldedThrough: position).contents()
  }
}

/// A projection with one table, beside the other.
struct Roster: Projection, ~Copyable {
  static let name = "roster"
  static let version: UInt32 = 1

  var jobs = Table<UInt64, JobRow>("jobs")

  init() {}

  mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&jobs)
  }
}
