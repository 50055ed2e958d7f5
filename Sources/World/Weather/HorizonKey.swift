import Projection

/// What the scores of forecasts are found by: a region, and how far ahead they looked.
package struct HorizonKey: Hashable, Sendable {
  /// The region's number.
  package let region: UInt32
  /// How many hours ahead.
  package let hours: UInt32

  /// The key of a region's forecasts of so many hours.
  package init(_ region: UInt32, hours: Int64) {
    self.region = region
    self.hours = UInt32(clamping: hours)
  }
}

extension HorizonKey: CustomStringConvertible {
  /// Region and hours.
  package var description: String { "region \(region), \(hours) hours ahead" }
}

extension HorizonKey: Comparable {
  /// Orders by region, then by hours.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    lhs.packed < rhs.packed
  }
}

extension HorizonKey: TableKey {
  /// Four bytes of region, four of hours.
  package static var encodedLength: Int { UInt64.encodedLength }

  /// Appends region and hours.
  package func encode(into bytes: inout [UInt8]) {
    packed.encode(into: &bytes)
  }

  /// Reads region and hours back.
  package init?(decoding bytes: ArraySlice<UInt8>) {
    guard let packed = UInt64(decoding: bytes) else { return nil }
    self.init(UInt32(packed >> 32), hours: Int64(packed & 0xFFFF_FFFF))
  }

  private var packed: UInt64 { UInt64(region) << 32 | UInt64(hours) }
}
