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
