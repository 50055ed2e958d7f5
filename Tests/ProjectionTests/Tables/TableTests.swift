import Projection
import Schema
import Testing

/// Tables against a dictionary: whatever is done to both, they say the same, and the changes that a
/// table hands over turn the last state that was handed over into the present one.
@Suite struct TableTests {
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a table does what a dictionary does`(seed: UInt64) {
    // Few keys, so that the same ones are removed and come back; many in every fourth run.
    let keyCount = seed % 4 == 0 ? 3_000 : 40
    var pair = ModelledTable(seed: seed, keyCount: keyCount)
    for _ in 0..<4_000 {
      pair.doSomething()
    }
    pair.checkAllKeys()
    pair.checkChanges()
  }

  @Test func `keys whose hash is the standard library's are found`() {
    var table = Table<JobKey, JobRow>("jobs")
    for number in 0..<1_000 as Range<UInt64> {
      table.set(JobKey(kind: UInt8(number % 3), subject: number), to: job(due: Int64(number)))
    }
    for number in stride(from: 0, to: 1_000, by: 2) as StrideTo<UInt64> {
      let wasRemoved = table.remove(JobKey(kind: UInt8(number % 3), subject: number))
      #expect(wasRemoved)
    }
    #expect(table.count == 500)
    #expect(table[JobKey(kind: 1, subject: 7)] == job(due: 7))
    #expect(table[JobKey(kind: 2, subject: 7)] == nil)
    #expect(table.sortedKeys().map(\.kind) == table.sortedKeys().map(\.kind).sorted())
  }

  @Test func `keys that all collide are told apart`() {
    var table = Table<CollidingKey, JobRow>("jobs")
    for number in 0..<64 as Range<UInt64> {
      table.set(CollidingKey(number), to: job(due: Int64(number)))
    }
    for number in stride(from: 1, to: 64, by: 3) as StrideTo<UInt64> {
      table.remove(CollidingKey(number))
    }
    for number in 0..<64 as Range<UInt64> {
      let expected = number % 3 == 1 ? nil : job(due: Int64(number))
      #expect(table[CollidingKey(number)] == expected)
    }
  }

  @Test func `updating a missing row does nothing`() {
    var table = Table<UInt64, JobRow>("jobs")
    let wasUpdated = table.update(1) { $0.dueUs = 1 }
    #expect(!wasUpdated)
    #expect(table.count == 0)
    #expect(table.changeCount == 0)
  }

  @Test(arguments: [UInt64(1), 2, 3, 1_000])
  func `rows that satisfy a condition go, and all others stay`(divisor: UInt64) {
    var table = Table<UInt64, JobRow>("jobs")
    for key in UInt64(0)..<500 { table.set(key, to: job(due: Int64(key))) }
    _ = table.takeChanges()
    table.set(7, to: job(due: 70))
    table.removeAll { !$0.isMultiple(of: divisor) }
    let left = (UInt64(0)..<500).filter { $0.isMultiple(of: divisor) }
    #expect(table.sortedKeys() == left)
    for key in left { #expect(table[key]?.dueUs == (key == 7 ? 70 : Int64(key))) }
    #expect(Set(table.takeChanges().removedKeys).count == 500 - left.count)
  }

  @Test func `rows are lent in the order of their keys`() {
    var table = Table<UInt64, JobRow>("jobs")
    for key in [5, 3, 256, 1, 70_000, 255] as [UInt64] {
      table.set(key, to: job(due: Int64(key)))
    }
    var lent: [Int64] = []
    table.forEachInOrder { _, row in lent.append(row.dueUs) }
    #expect(lent == [1, 3, 5, 255, 256, 70_000])
  }
}

/// A key whose hash is always the same.
private struct CollidingKey: TableKey {
  let number: UInt64

  static var encodedLength: Int { 8 }

  init(_ number: UInt64) {
    self.number = number
  }

  func encode(into bytes: inout [UInt8]) {
    number.encode(into: &bytes)
  }

  init?(decoding bytes: ArraySlice<UInt8>) {
    guard let number = UInt64(decoding: bytes) else { return nil }
    self.number = number
  }

  static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  var tableHash: UInt64 { .max }
}

/// A table, a dictionary to which the same is done, and the image that the table's changes make.
private struct ModelledTable: ~Copyable {
  private var table = Table<UInt64, JobRow>("jobs")
  private var model: [UInt64: JobRow] = [:]
  private var image: [UInt64: JobRow] = [:]
  private var touched: Set<UInt64> = []
  private var generator: RepeatableGenerator
  private let keyCount: Int

  init(seed: UInt64, keyCount: Int) {
    generator = RepeatableGenerator(seed: seed)
    self.keyCount = keyCount
  }

  mutating func doSomething() {
    let key = UInt64(generator.next(below: keyCount))
    let due = Int64(generator.next(below: 1_000_000))
    switch generator.next(below: 100) {
    case 0..<25:
      table.set(key, to: job(due: due))
      model[key] = job(due: due)
      touched.insert(key)
    case 25..<50:
      let wasUpdated = table.update(key) { $0.dueUs += due }
      #expect(wasUpdated == (model[key] != nil))
      model[key]?.dueUs += due
      if wasUpdated { touched.insert(key) }
    case 50..<65:
      table.upsert(key) { $0.subject &+= key }
      model[key, default: JobRow()].subject &+= key
      touched.insert(key)
    case 65..<98:
      let wasRemoved = table.remove(key)
      #expect(wasRemoved == (model.removeValue(forKey: key) != nil))
      if wasRemoved { touched.insert(key) }
    default:
      checkChanges()
    }
    #expect(table[key] == model[key])
    #expect(table.count == model.count)
  }

  mutating func checkChanges() {
    let changes = table.takeChanges()
    let keys = changes.rows.map(\.key)
    #expect(Set(keys).count == keys.count, "each changed key once")
    #expect(Set(keys).union(changes.removedKeys) == touched)
    for key in changes.removedKeys { image[key] = nil }
    for change in changes.rows { image[change.key] = change.row }
    #expect(image == model)
    #expect(table.changeCount == 0)
    touched = []
  }

  func checkAllKeys() {
    #expect(table.sortedKeys() == model.keys.sorted())
    for key in 0..<UInt64(keyCount) {
      #expect(table.contains(key) == (model[key] != nil))
      #expect(table.withRow(key) { $0.dueUs } == model[key]?.dueUs)
    }
  }
}
