/// Elements in order, each of which can be found by its rank and has its rank found in logarithmic
/// time: an index for what is to be ranked.
///
/// Derived state: it is rebuilt from rows and never kept. It is a tree of wide nodes, each of which
/// knows how many elements are below it. An element that moves a little, as a player does whose score
/// grows, is moved within one node and changes no count.
public struct RankedSet<Element: Comparable & Sendable>: Sendable {
  @usableFromInline var root = Node()

  /// No elements.
  @inlinable
  public init() {}

  /// The elements of an array that is sorted and has none of them twice.
  ///
  /// - Complexity: O(n).
  @inlinable
  public init(sorted elements: [Element]) {
    var nodes = Self.chunks(of: elements).map { Node(leaf: Array($0)) }
    while nodes.count > 1 {
      nodes = Self.chunks(of: nodes).map { Node(branch: Array($0)) }
    }
    root = nodes.first ?? Node()
  }

  /// How many elements there are.
  @inlinable public var count: Int { root.count }

  /// Whether the element is there.
  ///
  /// - Complexity: O(log n).
  @inlinable
  public func contains(_ element: Element) -> Bool {
    root.contains(element)
  }

  /// How many elements come before this one, whether it is there or not.
  ///
  /// - Complexity: O(log n).
  @inlinable
  public func rank(of element: Element) -> Int {
    root.countBefore(element)
  }

  /// The elements of some ranks, counted from 0, in order; ranks that do not exist are passed over.
  ///
  /// - Complexity: O(log n + k) for k elements.
  @inlinable
  public func elements(in ranks: Range<Int>) -> [Element] {
    var found: [Element] = []
    root.collect(ranks.clamped(to: 0..<count), into: &found)
    return found
  }

  /// Adds the element; false, and nothing done, when it is there.
  ///
  /// - Complexity: O(log n).
  @inlinable @discardableResult
  public mutating func insert(_ element: Element) -> Bool {
    guard root.insert(element) else { return false }
    if root.isFull {
      let right = root.splitOff()
      root = Node(branch: [root, right])
    }
    return true
  }

  /// Removes the element; false when it was not there.
  ///
  /// - Complexity: O(log n).
  @inlinable @discardableResult
  public mutating func remove(_ element: Element) -> Bool {
    guard root.remove(element) else { return false }
    while root.children.count == 1 { root = root.children[0] }
    return true
  }

  /// Removes one element and adds another; afterwards the one is not there, and the other is.
  ///
  /// - Complexity: O(log n); quick where both belong into the same node.
  @inlinable
  public mutating func replace(_ old: Element, with new: Element) {
    if root.replace(old, with: new) { return }
    remove(old)
    insert(new)
  }

  /// Cuts an array into parts as even as can be, none larger than a node that leaves room to grow.
  @inlinable
  static func chunks<Part>(of parts: [Part]) -> [ArraySlice<Part>] {
    let width = Node.widthMax * 3 / 4
    let count = (parts.count + width - 1) / width
    return (0..<count).map { parts[parts.count * $0 / count..<parts.count * ($0 + 1) / count] }
  }
}

extension RankedSet {
  /// A leaf, which has elements, or a branch, which has children; never both.
  @usableFromInline
  struct Node: Sendable {
    /// Most elements of a leaf, and most children of a branch.
    @inlinable static var widthMax: Int { 128 }

    /// In order, each once.
    @usableFromInline var elements: [Element] = []
    /// In the order of their elements; all of the same depth.
    @usableFromInline var children: [Node] = []
    /// For each child a bound: not after its elements, and after those of the child before it.
    ///
    /// That of the first child is not looked at.
    @usableFromInline var bounds: [Element] = []
    /// How many elements are in it or below it.
    @usableFromInline var count = 0

    @inlinable
    init() {}

    @inlinable
    init(leaf elements: [Element]) {
      self.elements = elements
      count = elements.count
    }

    @inlinable
    init(branch children: [Node]) {
      self.children = children
      bounds = children.compactMap(\.first)
      count = children.reduce(0) { $0 + $1.count }
    }
  }
}

// What is asked of a node.
extension RankedSet.Node {
  @inlinable var isLeaf: Bool { children.isEmpty }
  @inlinable var width: Int { isLeaf ? elements.count : children.count }
  @inlinable var isFull: Bool { width > Self.widthMax }
  @inlinable var isSparse: Bool { width < Self.widthMax / 4 }

  /// Its least element.
  @inlinable var first: Element? {
    isLeaf ? elements.first : children[0].first
  }

  @inlinable
  func contains(_ element: Element) -> Bool {
    guard isLeaf else { return children[child(of: element)].contains(element) }
    return index(of: element) != nil
  }

  @inlinable
  func countBefore(_ element: Element) -> Int {
    guard !isLeaf else { return place(of: element) }
    let child = child(of: element)
    var before = 0
    for index in 0..<child { before += children[index].count }
    return before + children[child].countBefore(element)
  }

  @inlinable
  func collect(_ ranks: Range<Int>, into found: inout [Element]) {
    guard !ranks.isEmpty else { return }
    guard !isLeaf else {
      found += elements[ranks]
      return
    }
    // By index: a loop over the children themselves would count references to each of them.
    var start = 0
    var index = 0
    while start < ranks.upperBound {
      let count = children[index].count
      if start + count > ranks.lowerBound {
        let wanted = ranks.clamped(to: start..<start + count)
        children[index].collect(
          wanted.lowerBound - start..<wanted.upperBound - start, into: &found)
      }
      start += count
      index += 1
    }
  }

  /// The child that has the element if any does.
  @inlinable
  func child(of element: Element) -> Int {
    var low = 1
    var high = bounds.count
    while low < high {
      let middle = low + (high - low) / 2
      if element < bounds[middle] { high = middle } else { low = middle + 1 }
    }
    return low - 1
  }

  /// How many elements of a leaf come before this one.
  @inlinable
  func place(of element: Element) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = low + (high - low) / 2
      if elements[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where a leaf has the element; nil when it has not.
  @inlinable
  func index(of element: Element) -> Int? {
    let place = place(of: element)
    return place < elements.count && elements[place] == element ? place : nil
  }
}

// How a node changes.
extension RankedSet.Node {
  @inlinable
  mutating func insert(_ element: Element) -> Bool {
    if isLeaf {
      let place = place(of: element)
      if place < elements.count, elements[place] == element { return false }
      elements.insert(element, at: place)
    } else {
      let child = child(of: element)
      guard children[child].insert(element) else { return false }
      if children[child].isFull { split(child) }
    }
    count += 1
    return true
  }

  @inlinable
  mutating func remove(_ element: Element) -> Bool {
    if isLeaf {
      guard let index = index(of: element) else { return false }
      elements.remove(at: index)
    } else {
      let child = child(of: element)
      guard children[child].remove(element) else { return false }
      if children[child].isSparse { merge(child) }
    }
    count -= 1
    return true
  }

  /// Moves an element within one leaf; false, and nothing done, where that is not all there is to it.
  @inlinable
  mutating func replace(_ old: Element, with new: Element) -> Bool {
    guard isLeaf else {
      let child = child(of: old)
      return child == self.child(of: new) && children[child].replace(old, with: new)
    }
    guard var index = index(of: old) else { return false }
    let place = place(of: new)
    if place < elements.count, elements[place] == new { return false }
    while index > place {
      elements[index] = elements[index - 1]
      index -= 1
    }
    while index + 1 < place {
      elements[index] = elements[index + 1]
      index += 1
    }
    elements[index] = new
    return true
  }

  /// Makes two of a child that is full.
  @inlinable
  mutating func split(_ child: Int) {
    let right = children[child].splitOff()
    if let bound = right.bounds.first ?? right.elements.first {
      bounds.insert(bound, at: child + 1)
      children.insert(right, at: child + 1)
    }
  }

  /// Takes away the latter half.
  @inlinable
  mutating func splitOff() -> Self {
    var right = Self()
    if isLeaf {
      right = Self(leaf: Array(elements[(elements.count / 2)...]))
      elements.removeLast(right.elements.count)
    } else {
      let half = children.count / 2
      right.children = Array(children[half...])
      right.bounds = Array(bounds[half...])
      right.count = right.children.reduce(0) { $0 + $1.count }
      children.removeLast(right.children.count)
      bounds.removeLast(right.bounds.count)
    }
    count -= right.count
    return right
  }

  /// Makes one of a child that has become sparse and its neighbour, or two of the same size.
  @inlinable
  mutating func merge(_ child: Int) {
    guard children.count > 1 else { return }
    let left = max(0, child - 1)
    let right = children.remove(at: left + 1)
    let bound = bounds.remove(at: left + 1)
    children[left].append(right, from: bound)
    if children[left].isFull { split(left) }
  }

  /// Adds all of a node of the same depth whose elements come after; `bound` lies between.
  @inlinable
  mutating func append(_ right: Self, from bound: Element) {
    elements += right.elements
    children += right.children
    if !right.bounds.isEmpty {
      bounds.append(bound)
      bounds += right.bounds.dropFirst()
    }
    count += right.count
  }
}

extension RankedSet {
  /// What is wrong with the tree itself; empty when nothing is.
  ///
  /// For tests.
  ///
  /// - Complexity: O(n).
  var faults: [String] {
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
      let before = children[index - 1].elementsLast
      if let before, bounds[index] <= before { found.append("a bound is too low") }
    }
    if Set(depths).count > 1 { found.append("children of depths \(depths)") }
    return 1 + (depths.first ?? 0)
  }

  private var elementsLast: Element? {
    isLeaf ? elements.last : children[children.count - 1].elementsLast
  }
}
