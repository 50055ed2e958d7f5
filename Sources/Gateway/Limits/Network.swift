import Glibc
import NIOCore

/// Where somebody connects from, as far as limits tell apart: an IPv4 address, or the network of an IPv6
/// address, of which one subscriber has all.
enum Network: Hashable, Sendable {
  /// An IPv4 address, also one that is written as IPv6 (RFC 4291, section 2.5.5.2).
  case v4(UInt32)
  /// The first 64 bits of an IPv6 address.
  case v6(UInt64)

  /// The network of an address; nil for one that is of no network, such as a path.
  init?(_ address: SocketAddress) {
    guard let text = address.ipAddress else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
      self = .v4(bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) })
    } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
      let high = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let low = bytes[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let isMapped = high == 0 && low >> 32 == 0xFFFF
      self = isMapped ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high)
    } else {
      return nil
    }
  }
}
