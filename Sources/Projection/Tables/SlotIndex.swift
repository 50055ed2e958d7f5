/// Finds a key's slot by the key's hash: open addressing with linear probing, in one flat array.
///
/// A look-up touches one cache line here and one in the table's slots. The standard library's
/// dictionary touches three or four, and hashes with a function made to withstand chosen keys, which a
/// server that gives out its own numbers does not need. The order of the buckets is never visible.
@usableFromInline
struct SlotIndex {
  /// A tag in the upper half and a slot in the lower, or ``empty``.
  ///
  /// The number of buckets is 0 or a power of two, and at least twice the number of slots.
  @usableFromInline var buckets: ContiguousArray<UInt64> = []
  @usableFromInline var count = 0

  @usableFromInline static let empty = UInt64.max
  @usableFromInline static let bucketCountMin = 16

  @inlinable
  init() {}

  /// What of a hash is kept: enough to find the bucket again and to pass by most other keys.
  @inlinable
  static func tag(ofHash hash: UInt64) -> UInt64 { hash >> 32 }

  /// The slot for which `isMatch` is true, among those whose key has this tag.
  ///
  /// - Complexity: O(1) expected.
  @inlinable
  func slot(tag: UInt64, where isMatch: (Int) -> Bool) -> Int? {
    guard let bucket = bucket(tag: tag, where: isMatch) else { return nil }
    return Self.slot(in: buckets[bucket])
  }

  /// Adds a slot whose key is not here yet.
  @inlinable
  mutating func insert(_ slot: Int, tag: UInt64) {
    if count * 2 >= buckets.count { grow() }
    count += 1
    place(tag << 32 | UInt64(slot))
  }

  /// Forgets the slot of a key that is here; later buckets move up, so that no gap breaks a probe.
  @inlinable
  mutating func remove(_ slot: Int, tag: UInt64) {
    guard var gap = bucket(tag: tag, where: { $0 == slot }) else { return }
    let mask = buckets.count - 1
    var next = (gap + 1) & mask
    while buckets[next] != Self.empty {
      let home = Int(buckets[next] >> 32) & mask
      if (next - home) & mask >= (next - gap) & mask {
        buckets[gap] = buckets[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    buckets[gap] = Self.empty
    count -= 1
  }

  /// Notes that the row of a key that is here now lies in another slot.
  @inlinable
  mutating func move(_ slot: Int, to newSlot: Int, tag: UInt64) {
    guard let bucket = bucket(tag: tag, where: { $0 == slot }) else { return }
    buckets[bucket] = tag << 32 | UInt64(newSlot)
  }

  @inlinable
  static func slot(in bucket: UInt64) -> Int { Int(bucket & 0xFFFF_FFFF) }

  @inlinable
  func bucket(tag: UInt64, where isMatch: (Int) -> Bool) -> Int? {
    guard !buckets.isEmpty else { return nil }
    let mask = buckets.count - 1
    var index = Int(tag) & mask
    while buckets[index] != Self.empty {
      if buckets[index] >> 32 == tag, isMatch(Self.slot(in: buckets[index])) { return index }
      index = (index + 1) & mask
    }
    return nil
  }

  @inlinable
  mutating func place(_ bucket: UInt64) {
    let mask = buckets.count - 1
    var index = Int(bucket >> 32) & mask
    while buckets[index] != Self.empty { index = (index + 1) & mask }
    buckets[index] = bucket
  }

  @usableFromInline
  mutating func grow() {
    let old = buckets
    let bucketCount = max(Self.bucketCountMin, old.count * 2)
    precondition(bucketCount <= 1 << 32, "A table holds at most 2^31 rows.")
    buckets = ContiguousArray(repeating: Self.empty, count: bucketCount)
    for bucket in old where bucket != Self.empty { place(bucket) }
  }
}
