import ArgumentParser

/// Where a server listens: `127.0.0.1:7777`, `[::1]:7777`, `localhost:0`.
struct ListenAddress: Hashable, Sendable {
  /// A name or a number, without brackets.
  let host: String
  /// 0 means any that is free.
  let port: Int

  /// This machine alone.
  static let standard = ListenAddress(host: "127.0.0.1", port: 7_777)

  private init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT`; nil for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
    self.host = String(host)
    self.port = Int(port)
  }
}

extension ListenAddress: ExpressibleByArgument {
  init?(argument: String) {
    self.init(argument)
  }

  var defaultValueDescription: String { description }
}

extension ListenAddress: CustomStringConvertible {
  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
