import ArgumentParser

/// Where a server tells its metrics: `http://127.0.0.1:7777`, with or without `/metrics`.
struct MetricsAddress: Hashable, Sendable {
  /// A name or a number, without the brackets of an IPv6 address.
  let host: String
  /// 80 when the address names none.
  let port: Int

  /// The server of this machine.
  static let standard = MetricsAddress(host: "127.0.0.1", port: 7_777)

  private init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads an address; nil for anything else.
  ///
  /// The address that clients play at is taken for that of the same server.
  init?(_ text: String) {
    var rest = Substring(text)
    if let scheme = text.firstRange(of: "://") {
      guard ["http", "ws"].contains(text[..<scheme.lowerBound].lowercased()) else { return nil }
      rest = text[scheme.upperBound...]
    }
    let authority = rest.prefix { $0 != "/" }
    guard ["", "/", "/metrics", "/ws"].contains(rest[authority.endIndex...]) else { return nil }
    let hasPort = !authority.hasSuffix("]") && authority.contains(":")
    guard let address = ListenAddress(hasPort ? String(authority) : "\(authority):80"),
      address.port > 0
    else { return nil }
    self.init(host: address.host, port: address.port)
  }
}

extension MetricsAddress: ExpressibleByArgument {
  init?(argument: String) {
    self.init(argument)
  }

  var defaultValueDescription: String { description }
}

extension MetricsAddress: CustomStringConvertible {
  var description: String { "http://\(authority)" }

  /// The value of a request's `Host` header.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
