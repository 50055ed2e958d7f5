import HeapModule

/// Jobs by when their turn comes; some of its turns may be out of date.
struct JobQueue {
  /// When a job's turn comes.
  struct Turn: Comparable {
    let due: Int64
    let key: JobKey

    static func < (lhs: Self, rhs: Self) -> Bool {
      (lhs.due, lhs.key) < (rhs.due, rhs.key)
    }
  }

  private var heap = Heap<Turn>()

  init() {}

  init(_ turns: [Turn]) {
    heap = Heap(turns)
  }

  var count: Int { heap.count }

  /// The turn that comes first.
  var first: Turn? { heap.min }

  mutating func insert(_ key: JobKey, due: Int64) {
    heap.insert(Turn(due: due, key: key))
  }

  mutating func removeFirst() {
    heap.removeMin()
  }
}
