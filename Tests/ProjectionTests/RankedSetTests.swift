import Testing

@testable import Projection

/// Compares a tree with a sorted array to which the same is done.
@Suite struct RankedSetTests {
  @Test func `nothing has no ranks`() {
    var set = RankedSet<Int>()
    #expect(set.count == 0)
    #expect(set.elements(in: 0..<10) == [])
    #expect(set.rank(of: 5) == 0)
    #expect(!set.contains(5))
    let removed = set.remove(5)
    #expect(!removed)
    #expect(set.faults == [])
  }

  @Test(arguments: [1, 96, 97, 128, 129, 5_000, 20_000])
  func `what is made of a sorted array is that array`(count: Int) {
    let elements = (0..<count).map { $0 * 2 }
    let set = RankedSet(sorted: elements)
    #expect(set.count == count)
    #expect(set.elements(in: 0..<count) == elements)
    #expect(set.faults == [])
    for index in stride(from: 0, to: count, by: 97) {
      #expect(set.rank(of: index * 2) == index)
      #expect(set.rank(of: index * 2 + 1) == index + 1)
      #expect(set.contains(index * 2) && !set.contains(index * 2 + 1))
    }
  }

  @Test func `ranks that do not exist are passed over`() {
    let set = RankedSet(sorted: Array(0..<1_000))
    #expect(set.elements(in: 995..<2_000) == [995, 996, 997, 998, 999])
    #expect(set.elements(in: -5..<2) == [0, 1])
    #expect(set.elements(in: 1_000..<Int.max) == [])
    #expect(set.elements(in: 400..<400) == [])
  }

  @Test func `an element is there once`() {
    var set = RankedSet<Int>()
    let first = set.insert(3)
    let again = set.insert(3)
    #expect(first && !again)
    #expect(set.count == 1)
    set.replace(3, with: 3)
    #expect(set.elements(in: 0..<9) == [3])
    set.insert(5)
    set.replace(3, with: 5)
    #expect(set.elements(in: 0..<9) == [5])
    set.replace(9, with: 7)
    #expect(set.elements(in: 0..<9) == [5, 7])
  }

  /// Grows far, shrinks to nothing and grows again, at random, with elements that move near and far.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `whatever is done, it is what a sorted array would be`(seed: UInt64) {
    var generator = RepeatableGenerator(seed: seed)
    var set = RankedSet<Int>()
    var expected: [Int] = []
    func place(_ element: Int) -> Int { expected.firstIndex { $0 >= element } ?? expected.count }
    for step in 0..<12_000 {
      let isGrowing = step / 3_000 % 2 == 0
      let element = generator.next(below: 20_000)
      let index = place(element)
      let isThere = index < expected.count && expected[index] == element
      switch generator.next(below: 10) {
      case 0...6 where isGrowing, 0...1:
        let inserted = set.insert(element)
        #expect(inserted == !isThere)
        if !isThere { expected.insert(element, at: index) }
      case 2...7 where !expected.isEmpty:
        let old = expected[generator.next(below: expected.count)]
        let removed = set.remove(old)
        #expect(removed)
        expected.remove(at: place(old))
      default:
        guard !expected.isEmpty else { continue }
        let old = expected[generator.next(below: expected.count)]
        let new = old + generator.next(below: 9) - 4
        set.replace(old, with: new)
        expected.remove(at: place(old))
        let target = place(new)
        if target == expected.count || expected[target] != new { expected.insert(new, at: target) }
      }
      #expect(set.count == expected.count)
      #expect(set.rank(of: element) == place(element))
      if step % 250 == 0 {
        #expect(set.faults == [])
        #expect(set.elements(in: 0..<set.count) == expected)
        let low = generator.next(below: expected.count + 1)
        #expect(set.elements(in: low..<low + 7) == Array(expected[low...].prefix(7)))
      }
    }
    for element in expected { set.remove(element) }
    #expect(set.count == 0 && set.faults == [])
  }

  @Test func `a copy does not change with the original`() {
    var set = RankedSet(sorted: Array(0..<1_000))
    let copy = set
    for element in 0..<500 { set.remove(element) }
    #expect(copy.elements(in: 0..<3) == [0, 1, 2])
    #expect(copy.count == 1_000 && set.count == 500)
    #expect(copy.faults == [] && set.faults == [])
  }
}

extension RankedSet {
  /// What is wrong with the tree itself; empty when nothing is.
  fileprivate var faults: [String] {
    var found: [String] = []
    let all = elements(in: 0..<count)
    if zip(all, all.dropFirst()).contains(where: { $0 >= $1 }) { found.append("out of order") }
    _ = root.depth(isRoot: true, &found)
    return found
  }
}

extension RankedSet.Node {
  /// How many nodes lie in each other from here down.
  fileprivate func depth(isRoot: Bool, _ found: inout [String]) -> Int {
    if isFull || isSparse && !isRoot { found.append("a node of width \(width)") }
    guard !isLeaf else {
      if count != elements.count { found.append("a leaf of \(elements.count) counts \(count)") }
      return 1
    }
    if count != children.reduce(0, { $0 + $1.count }) { found.append("a branch counts \(count)") }
    if bounds.count != children.count || !elements.isEmpty { found.append("a branch is torn") }
    var depths: [Int] = []
    for (index, child) in children.enumerated() {
      depths.append(child.depth(isRoot: false, &found))
      guard index > 0 else { continue }
      if let first = child.first, bounds[index] > first { found.append("a bound is too high") }
      let before = children[index - 1].last
      if let before, bounds[index] <= before { found.append("a bound is too low") }
    }
    if Set(depths).count > 1 { found.append("children of depths \(depths)") }
    return 1 + (depths.first ?? 0)
  }

  private var last: Element? {
    isLeaf ? elements.last : children[children.count - 1].last
  }
}
