import NIOCore
import NIOHTTP1

/// Why an HTTP request is not answered as asked.
struct HTTPRefusal: Error {
  let status: HTTPResponseStatus
  /// A stable code in snake case, for programs.
  let code: String
  /// A sentence, for people.
  let message: String
  var headers: [(String, String)] = []
}

/// The rules of the WebSocket handshake (RFC 6455, section 4.2), and the gateway's own.
enum Handshake {
  /// Where the WebSocket is.
  static let path = "/ws"

  /// Finds the subprotocol for a request to upgrade.
  ///
  /// - Throws: ``HTTPRefusal``, with which the request is to be answered.
  static func accept(
    _ head: HTTPRequestHead, allowedOrigins: [String]
  ) throws(HTTPRefusal) -> Subprotocol {
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
    guard let key = head.headers["Sec-WebSocket-Key"].single, key.utf8.count == 24 else {
      throw HTTPRefusal(
        status: .badRequest, code: "websocket_key",
        message: "Sec-WebSocket-Key is 16 bytes in base 64, once.")
    }
    try check(origin: head.headers["Origin"], of: head, allowedOrigins)
    let offered = head.headers[canonicalForm: "sec-websocket-protocol"]
    guard let subprotocol = offered.lazy.compactMap({ Subprotocol(rawValue: String($0)) }).first
    else {
      let known = Subprotocol.allCases.map(\.rawValue).joined(separator: " or ")
      throw HTTPRefusal(
        status: .badRequest, code: "subprotocol",
        message: "Offer \(known) in Sec-WebSocket-Protocol.")
    }
    return subprotocol
  }

  /// A page may connect to the host it came from, and to others that allow its origin.
  ///
  /// Programs send no origin.
  private static func check(
    origin origins: [String], of head: HTTPRequestHead, _ allowed: [String]
  ) throws(HTTPRefusal) {
    guard !origins.isEmpty else { return }
    if let origin = origins.single?.lowercased() {
      let host = head.headers["Host"].single?.lowercased()
      if let host, origin == "http://\(host)" || origin == "https://\(host)" { return }
      if allowed.contains(where: { $0.lowercased() == origin }) { return }
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
