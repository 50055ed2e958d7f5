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
