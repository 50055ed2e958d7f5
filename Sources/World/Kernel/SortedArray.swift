extension Array {
  /// The index of the first element that satisfies the condition, `endIndex` when none does.
  ///
  /// The array must be partitioned: once the condition holds for an element, it holds for all after
  /// it. In an array that is not, the index is some index, and nothing worse happens.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  package func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
