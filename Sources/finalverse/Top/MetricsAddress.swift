import ArgumentParser

/// Where a server tells its metrics: `http://127.0.0.1:7777`, or `https://`, with or without `/metrics`.
struct MetricsAddress: Hashable, Sendable {
  /// A name or a number, without the brackets of an IPv6 address.
  let host: String
  /// When the address names none, 443 with TLS and 80 without.
  let port: Int
  /// Whether TLS is spoken.
  let isSecure: Bool

  /// The server of this machine.
  static let standard = MetricsAddress(host: "127.0.0.1", port: 7_777, isSecure: false)

  private init(host: String, port: Int, isSecure: Bool) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
  }

  /// Reads an address; nil for anything else.
  ///
  /// The address that clients play at is taken for that of the same server.
  init?(_ text: String) {
    var rest = Substring(text)
    var isSecure = false
    if let scheme = text.firstRange(of: "://") {
      switch text[..<scheme.lowerBound].lowercased() {
      case "http", "ws": break
      case "https", "wss": isSecure = true
      default: return nil
      }
      rest = text[scheme.upperBound...]
    }
    let authority = rest.prefix { $0 != "/" }
    guard ["", "/", "/metrics", "/ws"].contains(rest[authority.endIndex...]) else { return nil }
    let hasPort = !authority.hasSuffix("]") && authority.contains(":")
    guard
      let address = ListenAddress(
        hasPort ? String(authority) : "\(authority):\(isSecure ? 443 : 80)"),
      address.port > 0
    else { return nil }
    self.init(host: address.host, port: address.port, isSecure: isSecure)
  }
}

extension MetricsAddress: ExpressibleByArgument {
  init?(argument: String) {
    self.init(argument)
  }

  var defaultValueDescription: String { description }
}

extension MetricsAddress: CustomStringConvertible {
  var description: String { "\(isSecure ? "https" : "http")://\(authority)" }

  /// The value of a request's `Host` header.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
