/// Where a server is, as its `ws://HOST:PORT/PATH` or `wss://HOST:PORT/PATH` address says.
struct ServerAddress: Hashable, Sendable {
  /// A name or a number, without the brackets of an IPv6 address.
  let host: String
  /// When the address names none, 443 with TLS and 80 without.
  let port: Int
  /// `/ws` when the address names none.
  let path: String
  /// Whether TLS is spoken.
  let isSecure: Bool

  /// Takes an address apart.
  ///
  /// - Throws: `bad_address`, with a sentence that names what is wrong.
  init(_ text: String) throws(ClientFault) {
    isSecure = text.lowercased().hasPrefix("wss://")
    guard isSecure || text.lowercased().hasPrefix("ws://") else {
      throw Self.fault(text, "it begins neither with ws:// nor with wss://")
    }
    let rest = text.dropFirst(isSecure ? "wss://".count : "ws://".count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let tail = rest[authority.endIndex...].prefix { $0 != "#" }
    let (host, port) = try Self.split(authority, of: text)
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != 0x40 }) else {
      throw Self.fault(text, "it names no host")
    }
    guard tail.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw Self.fault(text, "its path has characters that must be percent-encoded")
    }
    self.host = host
    self.port = port ?? Self.standardPort(isSecure: isSecure)
    self.path = tail.isEmpty || tail == "/" ? "/ws" : tail.first == "/" ? String(tail) : "/\(tail)"
  }

  /// The value of the request's `Host` header, after RFC 9110 section 7.2.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == Self.standardPort(isSecure: isSecure) ? name : "\(name):\(port)"
  }

  private static func standardPort(isSecure: Bool) -> Int { isSecure ? 443 : 80 }

  private static func split(
    _ authority: Substring, of text: String
  ) throws(ClientFault) -> (host: String, port: Int?) {
    let host: Substring
    var rest: Substring
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else {
        throw fault(text, "the bracket of its host is not closed")
      }
      host = authority[authority.index(after: authority.startIndex)..<end]
      rest = authority[authority.index(after: end)...]
    } else {
      host = authority.prefix { $0 != ":" }
      rest = authority[host.endIndex...]
    }
    if rest.isEmpty { return (String(host), nil) }
    guard rest.removeFirst() == ":", let port = Int(rest), (1...65_535).contains(port) else {
      throw fault(text, "its port is not a number from 1 to 65535")
    }
    return (String(host), port)
  }

  private static func fault(_ text: String, _ reason: String) -> ClientFault {
    ClientFault(.badAddress, "“\(text)” is not the address of a server: \(reason)")
  }
}
