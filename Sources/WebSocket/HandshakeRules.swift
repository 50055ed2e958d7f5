package import NIOHTTP1

/// Why an HTTP request is not answered as asked.
package struct HTTPRefusal: Error {
  /// The status of the answer.
  package let status: HTTPResponseStatus
  /// A stable code in snake case, for programs.
  package let code: String
  /// A sentence, for people.
  package let message: String
  /// Headers of the answer beside the usual ones.
  package let headers: [(String, String)]

  /// A reason.
  package init(
    status: HTTPResponseStatus, code: String, message: String, headers: [(String, String)] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.headers = headers
  }
}

/// The rules of the WebSocket handshake (RFC 6455, section 4.2), and a server's own.
package struct HandshakeRules: Sendable {
  /// What a handshake comes to.
  package struct Accepted: Equatable, Sendable {
    /// The subprotocol; nil where the server has none.
    package let subprotocol: String?
    /// How messages are compressed; nil for not at all.
    package let compression: Compression?

    /// What the response says of it.
    package var headers: [(String, String)] {
      var headers: [(String, String)] = []
      if let subprotocol { headers.append(("Sec-WebSocket-Protocol", subprotocol)) }
      if let compression { headers.append(("Sec-WebSocket-Extensions", compression.response)) }
      return headers
    }
  }

  private let path: String
  private let subprotocols: [String]
  private let allowedOrigins: [String]
  private let compresses: Bool

  /// The rules of a server.
  ///
  /// - Parameters:
  ///   - path: Where its WebSocket is.
  ///   - subprotocols: Those it speaks, of which a client must offer one; without any, none is asked for.
  ///   - allowedOrigins: Origins, as `scheme://host:port`, whose pages may connect besides those of
  ///     the same host.
  ///   - compresses: Whether messages are compressed for clients that offer it.
  package init(
    path: String, subprotocols: [String], allowedOrigins: [String], compresses: Bool
  ) {
    self.path = path
    self.subprotocols = subprotocols
    self.allowedOrigins = allowedOrigins
    self.compresses = compresses
  }

  /// Looks at a request to upgrade.
  ///
  /// - Throws: ``HTTPRefusal``, with which the request is to be answered.
  package func accept(_ head: HTTPRequestHead) throws(HTTPRefusal) -> Accepted {
    guard head.method == .GET else {
      throw HTTPRefusal(
        status: .methodNotAllowed, code: "method_not_allowed",
        message: "The WebSocket handshake is a GET.", headers: [("Allow", "GET")])
    }
    guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" })
    else {
      throw HTTPRefusal(
        status: .upgradeRequired, code: "upgrade_required",
        message: "\(path) speaks WebSocket; send the headers Upgrade and Connection.",
        headers: [("Upgrade", "websocket"), ("Connection", "upgrade")])
    }
    guard head.headers["Sec-WebSocket-Version"] == ["13"] else {
      throw HTTPRefusal(
        status: .upgradeRequired, code: "websocket_version",
        message: "Sec-WebSocket-Version is 13.", headers: [("Sec-WebSocket-Version", "13")])
    }
    guard let key = head.headers["Sec-WebSocket-Key"].single, Self.isKey(key) else {
      throw HTTPRefusal(
        status: .badRequest, code: "websocket_key",
        message: "Sec-WebSocket-Key is 16 bytes in base 64, once.")
    }
    try check(origin: head.headers["Origin"], of: head)
    return Accepted(
      subprotocol: try subprotocol(of: head),
      compression: compresses
        ? Compression(offers: head.headers["Sec-WebSocket-Extensions"]) : nil)
  }

  /// Whether a text is 16 bytes in base 64 (RFC 4648, section 4).
  private static func isKey(_ text: String) -> Bool {
    text.utf8.count == 24 && text.hasSuffix("==")
      && text.utf8.dropLast(2).allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
          true
        default: false
        }
      }
  }

  private func subprotocol(of head: HTTPRequestHead) throws(HTTPRefusal) -> String? {
    guard !subprotocols.isEmpty else { return nil }
    let offered = head.headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
    if let known = offered.first(where: subprotocols.contains) { return known }
    throw HTTPRefusal(
      status: .badRequest, code: "subprotocol",
      message: "Offer \(subprotocols.joined(separator: " or ")) in Sec-WebSocket-Protocol.")
  }

  /// A page may connect to the host it came from, and to others that allow its origin.
  ///
  /// Programs send no origin.
  private func check(
    origin origins: [String], of head: HTTPRequestHead
  ) throws(HTTPRefusal) {
    guard !origins.isEmpty else { return }
    if let origin = origins.single?.lowercased() {
      let host = head.headers["Host"].single?.lowercased()
      if let host, origin == "http://\(host)" || origin == "https://\(host)" { return }
      if allowedOrigins.contains(where: { $0.lowercased() == origin }) { return }
    }
    throw HTTPRefusal(
      status: .forbidden, code: "origin",
      message: "Pages of this origin may not connect. An operator can allow it.")
  }
}

extension Array {
  /// The element, if there is exactly one.
  fileprivate var single: Element? { count == 1 ? first : nil }
}
