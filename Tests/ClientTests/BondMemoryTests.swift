import Schema
import SwiftProtobuf
import Testing

@testable import Bots

@Suite struct BondMemoryTests {
  private static func attended(
    _ echo: UInt64, from former: Int64, to bond: Int64, by player: UInt64 = 1_000
  ) -> Event {
    .with {
      $0.echoes.echoAttended = .with {
        ($0.echo, $0.player, $0.former, $0.bond) = (echo, player, former, bond)
      }
    }
  }

  @Test func `a bond that grows by attending and fades alone is as it should be`() {
    var memory = BondMemory([.with { ($0.echo, $0.bond) = (7, 300_000) }])
    #expect(memory.fold(Self.attended(7, from: 280_000, to: 360_000), of: 1_000) == nil)
    #expect(memory.fold(Self.attended(7, from: 360_000, to: 400_000), of: 1_000) == nil)
    #expect(memory.fold(Self.attended(8, from: 0, to: 120_000), of: 1_000) == nil)
    #expect(memory.fold(Self.attended(8, from: 995_000, to: 995_000, by: 5), of: 1_000) == nil)
    #expect(memory.fold(Event(), of: 1_000) == nil)
  }

  @Test func `one that does not, or grows alone, is noticed`() {
    var memory = BondMemory([.with { ($0.echo, $0.bond) = (7, 300_000) }])
    #expect(memory.fold(Self.attended(7, from: 200_000, to: 200_000), of: 1_000) != nil)
    #expect(memory.fold(Self.attended(7, from: 200_001, to: 300_000), of: 1_000) != nil)
  }
}
