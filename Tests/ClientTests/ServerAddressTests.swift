import Testing

@testable import Client

struct ServerAddressTests {
  @Test(arguments: [
    ("ws://127.0.0.1:7777/ws", "127.0.0.1", 7_777, "/ws", "127.0.0.1:7777"),
    ("WS://world.example", "world.example", 80, "/ws", "world.example"),
    ("ws://world.example/", "world.example", 80, "/ws", "world.example"),
    ("ws://[::1]:80/a/b?c=d#e", "::1", 80, "/a/b?c=d", "[::1]"),
    ("ws://world.example?c=d", "world.example", 80, "/?c=d", "world.example"),
    ("wss://world.example", "world.example", 443, "/ws", "world.example"),
    ("wss://world.example:443/", "world.example", 443, "/ws", "world.example"),
    ("WSS://world.example:80/a", "world.example", 80, "/a", "world.example:80"),
    ("ws://world.example:443", "world.example", 443, "/ws", "world.example:443"),
  ])
  func `an address is taken apart`(
    _ text: String, host: String, port: Int, path: String, authority: String
  ) throws {
    let address = try ServerAddress(text)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.path == path)
    #expect(address.isSecure == text.lowercased().hasPrefix("wss"))
    #expect(address.authority == authority)
  }

  @Test(arguments: [
    "", "localhost:7777", "http://localhost", "wss://", "ws://", "ws://:7777",
    "ws://host:0", "ws://host:65536", "ws://host:port", "ws://[::1", "ws://[::1]7777",
    "ws://user@host", "ws://host/a b",
  ])
  func `what is no address is refused with a reason`(_ text: String) {
    let fault = #expect(throws: ClientFault.self) { try ServerAddress(text) }
    #expect(fault?.code == .badAddress)
    #expect(fault?.message.contains("“\(text)”") == true)
  }
}
