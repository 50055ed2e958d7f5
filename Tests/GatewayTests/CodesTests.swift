import Engine
import Foundation
import Gateway
import NIOWebSocket
import Testing
import World

/// Whatever a client may be told by code is in the page that clients are written by.
struct CodesTests {
  private static let codes: [String] =
    FailureCode.allCases.map(\.rawValue) + GoodbyeCode.allCases.map(\.rawValue)
    + raw(CommonRejection.self) + raw(EngineRejection.self) + raw(InventoryRejection.self)
    + raw(MovementRejection.self) + raw(PlayersRejection.self) + raw(PresenceRejection.self)
    + raw(RegionsRejection.self) + raw(SchedulerRejection.self) + raw(TradeRejection.self)
    + raw(ChatRejection.self) + raw(LeaderboardsRejection.self)
    + raw(WorldClockRejection.self) + raw(HarmonyRejection.self) + raw(ProgressRejection.self)
    + raw(WeatherRejection.self)
    + raw(EcosystemRejection.self) + raw(MelodiesRejection.self)
    + raw(EchoesRejection.self)

  private static func raw<Code: RejectionCode>(_ codes: Code.Type) -> [String] {
    codes.allCases.map(\.rawValue)
  }

  private static func page() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
  }

  @Test(arguments: codes)
  func `the protocol's page lists it`(_ code: String) throws {
    #expect(try Self.page().contains("\n| `\(code)` | "))
  }

  @Test(arguments: codes)
  func `it is snake case`(_ code: String) {
    #expect(code.allSatisfy { $0 == "_" || $0.isASCII && $0.isLowercase || $0.isNumber })
  }

  @Test(arguments: GoodbyeCode.allCases)
  func `the page has the close code of a goodbye`(_ code: GoodbyeCode) throws {
    let number = UInt16(webSocketErrorCode: code.closeCode)
    #expect(try Self.page().contains("\n| `\(code.rawValue)` | \(number) |"))
  }

  @Test func `each system's codes are listed here`() throws {
    // A new system's list of codes must be added above: there is one enumeration a file that says
    // so.
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    var found = 0
    for module in ["World", "Engine"] {
      let files = FileManager.default.enumerator(
        at: root.appendingPathComponent(module), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard file.pathExtension == "swift" else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        if text.contains(": String, RejectionCode {") { found += 1 }
      }
    }
    #expect(found == 18)
  }
}
