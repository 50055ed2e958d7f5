import Gateway
import Glibc
import NIOWebSocket
import Schema
import SwiftProtobuf
import Testing

/// A client that sends exactly the bytes it is told to, over a blocking socket.
///
/// It waits twenty seconds for anything at most: the machine may be busy.
final class RawClient {
  struct Frame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]
    var isCompressed = false
  }

  struct Response {
    var status: Int
    var headers: [String: String]
    var body: String
  }

  /// The socket said no, or said nothing.
  struct Trouble: Error {
    var what: String
  }

  private let descriptor: Int32
  private var buffered: [UInt8] = []
  private(set) var isJSON = false

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Trouble(what: "cannot connect") }
  }

  deinit { Glibc.close(descriptor) }

  // MARK: Bytes

  func send(bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw Trouble(what: "cannot send: \(errno)") }
      rest = rest.dropFirst(sent)
    }
  }

  /// Nil at the end of the stream.
  private func receive(atLeast count: Int) throws -> Bool {
    while buffered.count < count {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let received = unsafe recv(descriptor, &chunk, chunk.count, 0)
      if received == 0 { return false }
      guard received > 0 else {
        if errno == ECONNRESET { return false }
        throw Trouble(what: "nothing came: \(errno)")
      }
      buffered += chunk[..<received]
    }
    return true
  }

  private func take(_ count: Int) -> [UInt8] {
    defer { buffered.removeFirst(count) }
    return Array(buffered[..<count])
  }

  /// Whether the server has closed, after whatever else it sent.
  func isClosed() throws -> Bool {
    try !receive(atLeast: buffered.count + 1)
  }

  /// Everything that comes until the server closes.
  func rest() throws -> [UInt8] {
    while try receive(atLeast: buffered.count + 1) {}
    return take(buffered.count)
  }

  // MARK: HTTP

  func request(_ head: String) throws -> Response {
    try send(bytes: Array(head.utf8))
    return try response()
  }

  func response(hasBody: Bool = true) throws -> Response {
    var head: [UInt8] = []
    while !head.reversed().starts(with: [10, 13, 10, 13]) {
      guard try receive(atLeast: 1) else { throw Trouble(what: "closed") }
      head += take(1)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
    }
    let count = hasBody ? headers["content-length"].flatMap(Int.init) ?? 0 : 0
    _ = try receive(atLeast: count)
    return Response(
      status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers,
      body: String(decoding: take(count), as: UTF8.self))
  }

  static func handshake(
    _ subprotocol: String?, path: String = "/ws", extra: [String] = []
  ) -> String {
    var lines = [
      "GET \(path) HTTP/1.1", "Host: localhost:7777", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    if let subprotocol { lines.append("Sec-WebSocket-Protocol: \(subprotocol)") }
    return (lines + extra).joined(separator: "\r\n") + "\r\n\r\n"
  }

  func upgrade(json: Bool = false, extra: [String] = []) throws {
    isJSON = json
    let response = try request(
      Self.handshake(json ? "finalverse.v1.json" : "finalverse.v1.proto", extra: extra))
    guard response.status == 101 else { throw Trouble(what: "status \(response.status)") }
  }

  // MARK: Frames

  static func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0,
    isMasked: Bool = true
  ) -> [UInt8] {
    var bytes = [(isFinal ? 0x80 : 0) | reserved | opcode]
    let flag: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: bytes.append(flag | UInt8(payload.count))
    case ..<65_536:
      bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      bytes.append(flag | 127)
      bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
    }
    guard isMasked else { return bytes + payload }
    let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  func send(
    frame opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0,
    isMasked: Bool = true
  ) throws {
    try send(
      bytes: Self.frame(
        opcode, payload, isFinal: isFinal, reserved: reserved, isMasked: isMasked))
  }

  /// Nil at the end of the stream.
  func frame() throws -> Frame? {
    guard try receive(atLeast: 2) else { return nil }
    var header = 2
    var count = Int(buffered[1])
    if count >= 126 {
      header += count == 126 ? 2 : 8
      guard try receive(atLeast: header) else { return nil }
      count = buffered[2..<header].reduce(0) { $0 << 8 | Int($1) }
    }
    guard try receive(atLeast: header + count) else { return nil }
    let bytes = take(header + count)
    return Frame(
      opcode: bytes[0] & 0x0F, payload: Array(bytes[header...]),
      isCompressed: bytes[0] & 0x40 != 0)
  }

  // MARK: Messages

  func bytes(of message: ClientMessage) throws -> [UInt8] {
    isJSON ? try message.jsonUTF8Bytes() : try message.serializedBytes()
  }

  func send(_ message: ClientMessage) throws {
    try send(frame: isJSON ? 1 : 2, bytes(of: message))
  }

  /// The next message; pings are passed over.
  ///
  /// Fails at a close frame and at the end of the stream.
  func message() throws -> ServerMessage {
    while let frame = try frame() {
      switch frame.opcode {
      case 1: return try ServerMessage(jsonUTF8Bytes: frame.payload)
      case 2: return try ServerMessage(serializedBytes: frame.payload)
      case 9: continue
      default: throw Trouble(what: "frame \(frame.opcode): \(frame.payload)")
      }
    }
    throw Trouble(what: "closed")
  }

  /// The next message that is a reply to a request.
  func reply(to id: UInt64) throws -> ServerMessage {
    while true {
      let message = try message()
      if message.id == id { return message }
    }
  }

  /// The code of the close frame that comes next, pings passed over.
  func closeCode() throws -> Int? {
    while let frame = try frame() {
      if frame.opcode == 8 { return frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
    }
    return nil
  }

  // MARK: Conversations

  @discardableResult
  func signIn(_ id: UInt64 = 1, token: String? = nil) throws -> Welcome {
    try send(.signIn(id, token: token))
    let reply = try message()
    guard case .welcome(let welcome) = reply.message else {
      throw Trouble(what: "not welcome: \(reply)")
    }
    return welcome
  }

  /// Expects to be told goodbye and the close frame that follows.
  func expectGoodbye(
    _ code: GoodbyeCode, resumeAfter: UInt64? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var goodbye: Goodbye?
    while goodbye == nil {
      if case .goodbye(let found) = try message().message { goodbye = found }
    }
    #expect(goodbye?.code == code.rawValue, sourceLocation: sourceLocation)
    if let resumeAfter {
      #expect(goodbye?.resumeAfter == resumeAfter, sourceLocation: sourceLocation)
    }
    let expected = Int(UInt16(webSocketErrorCode: code.closeCode))
    #expect(try closeCode() == expected, sourceLocation: sourceLocation)
  }
}

extension ClientMessage {
  static func signIn(_ id: UInt64, token: String? = nil, client: String = "test") -> Self {
    .with {
      $0.id = id
      $0.signIn.client = client
      if let token { $0.signIn.token = token } else { $0.signIn.guest = Guest() }
    }
  }

  static func stop(_ id: UInt64, commandID: UInt64? = nil) -> Self {
    .with {
      $0.id = id
      $0.command.commandID = commandID ?? id
      $0.command.command.movement.stopMove = StopMove()
    }
  }

  static func query(_ id: UInt64) -> Self {
    .with {
      $0.id = id
      $0.query.regions.world = WorldQuery()
    }
  }

  static func subscribe(_ id: UInt64, _ topics: [Topic.OneOf_Topic], after: UInt64 = 0) -> Self {
    .with {
      $0.id = id
      $0.subscribe.topics = topics.map { topic in .with { $0.topic = topic } }
      $0.subscribe.afterPosition = after
    }
  }

  static func farewell(_ id: UInt64) -> Self {
    .with {
      $0.id = id
      $0.farewell = Farewell()
    }
  }
}
