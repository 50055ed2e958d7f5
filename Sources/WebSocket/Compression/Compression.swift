/// permessage-deflate (RFC 7692), as a client and a server have negotiated it.
///
/// Neither side uses for a message what it has of earlier ones (context takeover). So a compressed
/// frame of the server's may go to many connections, and reading needs no memory between messages.
package struct Compression: Hashable, Sendable {
  /// The extension's name.
  private static let name = "permessage-deflate"
  /// The server uses nothing of a message for the next.
  private static let serverForgets = "server_no_context_takeover"

  /// How far back the server's compressed data may refer: 2 to the power of this many bytes; 9 to 15.
  let windowBits: Int32
  /// Whether the client has limited that.
  private let isLimited: Bool

  /// The best.
  package static let unlimited = Compression(windowBits: 15, isLimited: false)

  /// Windows of 2 to the power of `windowBits` bytes.
  private init(windowBits: Int32, isLimited: Bool) {
    self.windowBits = windowBits
    self.isLimited = isLimited
  }

  /// Takes the first of a client's offers that can be fulfilled; nil when there is none.
  ///
  /// - Parameter offers: The values of the handshake's `Sec-WebSocket-Extensions`, in order. What is
  ///   no list of extensions, or no good offer, is passed over: then there is no compression, which a
  ///   client must put up with.
  package init?(offers: [String]) {
    for extensions in offers.compactMap(ExtensionOffer.list) {
      for offer in extensions where offer.name == Self.name {
        if let accepted = Self.accept(offer) {
          self = accepted
          return
        }
      }
    }
    return nil
  }

  /// What a client offers in `Sec-WebSocket-Extensions`.
  package static let offer = unlimited.response

  /// Takes a server's answer to ``offer``; nil when it is none that may be given to that.
  ///
  /// - Parameter answer: The values of the response's `Sec-WebSocket-Extensions`; one at least.
  package init?(answer: [String]) {
    let extensions = answer.map(ExtensionOffer.list)
    guard extensions.count == 1, let only = extensions[0], only.count == 1,
      only[0].name == Self.name,
      only[0].parameters.contains(where: { $0.name == Self.serverForgets }),
      // A client says what its own window is, and is not told unless it has asked.
      !only[0].parameters.contains(where: { $0.name == "client_max_window_bits" }),
      let accepted = Self.accept(only[0])
    else { return nil }
    self = accepted
  }

  /// What the server answers in `Sec-WebSocket-Extensions`.
  package var response: String {
    "\(Self.name); \(Self.serverForgets); client_no_context_takeover"
      + (isLimited ? "; server_max_window_bits=\(windowBits)" : "")
  }

  /// Fulfils an offer, if its parameters are those of RFC 7692, section 7.1, each at most once.
  private static func accept(_ offer: ExtensionOffer) -> Compression? {
    var names: Set<String> = []
    var limit: Int32?
    for (name, value) in offer.parameters {
      guard names.insert(name).inserted else { return nil }
      switch (name, value) {
      case (Self.serverForgets, nil), ("client_no_context_takeover", nil),
        ("client_max_window_bits", nil):
        break
      case ("client_max_window_bits", let value?):
        guard bits(value) != nil else { return nil }
      case ("server_max_window_bits", let value?):
        // zlib compresses with windows of 512 bytes and more.
        guard let bits = bits(value), bits >= 9 else { return nil }
        limit = bits
      default: return nil
      }
    }
    return Compression(windowBits: limit ?? 15, isLimited: limit != nil)
  }

  private static func bits(_ text: String) -> Int32? {
    guard let bits = Int32(text), (8...15).contains(bits), String(bits) == text else { return nil }
    return bits
  }
}

/// One element of `Sec-WebSocket-Extensions` (RFC 6455, section 9.1).
struct ExtensionOffer: Equatable {
  /// The most of a header that is looked at; more is no offer that anybody means.
  private static let bytesMax = 4_096

  var name: String
  var parameters: [(name: String, value: String?)] = []

  static func == (one: Self, other: Self) -> Bool {
    one.name == other.name && one.parameters.elementsEqual(other.parameters, by: ==)
  }

  /// The elements of a header's value; nil when it is no such list.
  static func list(_ text: String) -> [ExtensionOffer]? {
    guard text.utf8.count <= bytesMax else { return nil }
    var scanner = HeaderScanner(text)
    var offers: [ExtensionOffer] = []
    repeat {
      guard let name = scanner.token() else { return nil }
      var offer = ExtensionOffer(name: name)
      while scanner.skip(";") {
        guard let parameter = scanner.token() else { return nil }
        var value: String?
        if scanner.skip("=") {
          guard let found = scanner.value() else { return nil }
          value = found
        }
        offer.parameters.append((parameter, value))
      }
      offers.append(offer)
    } while scanner.skip(",")
    return scanner.isAtEnd ? offers : nil
  }
}

/// Walks over a header's value (RFC 9110, section 5.6).
private struct HeaderScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
    skipSpace()
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// Passes a character and the white space behind it; false when it is not next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    skipSpace()
    return true
  }

  /// A token and the white space behind it, in lower case; nil when there is none.
  mutating func token() -> String? {
    let token = rest.prefix(while: Self.isOfToken)
    guard !token.isEmpty else { return nil }
    rest = rest[token.endIndex...]
    skipSpace()
    return String(decoding: token, as: UTF8.self).lowercased()
  }

  /// A token, or one in quotes.
  mutating func value() -> String? {
    guard skip("\"") else { return token() }
    guard let token = token(), skip("\"") else { return nil }
    return token
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
  }

  private static func isOfToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
