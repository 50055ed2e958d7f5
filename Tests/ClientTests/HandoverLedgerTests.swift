import Schema
import Testing

@testable import Bots

/// Two sides of a handover.
struct HandoverLedgerTests {
  private let ledger = HandoverLedger()
  private let gift = Scene.entry(
    20, [.given(.of(coins: 1), from: Scene.me, to: Scene.partner)])

  @Test func `sides that were told alike agree`() {
    ledger.note(gift, toldTo: Scene.me)
    ledger.note(gift, toldTo: Scene.partner)
    let trade = Scene.entry(21, [.committed(9, .of(coins: 1), .of(item: 4))])
    ledger.note(trade, toldTo: Scene.partner)
    ledger.note(trade, toldTo: Scene.me)
    ledger.finish([Scene.me: 30, Scene.partner: 30])
    #expect(ledger.agreed == 2)
    #expect(ledger.contradictions.isEmpty)
  }

  @Test func `sides that were told different things contradict`() {
    let other = Scene.entry(20, [.given(.of(coins: 2), from: Scene.me, to: Scene.partner)])
    ledger.note(gift, toldTo: Scene.me)
    ledger.note(other, toldTo: Scene.partner)
    #expect(ledger.contradictions.map(\.kind) == [.handoverDisagrees])
  }

  @Test func `a side that was not told contradicts, if it was there to be told`() {
    ledger.note(gift, toldTo: Scene.me)
    ledger.finish([Scene.me: 30, Scene.partner: 19])
    #expect(ledger.contradictions.isEmpty)
    ledger.finish([Scene.me: 30, Scene.partner: 20])
    #expect(ledger.contradictions.map(\.player) == [Scene.partner])
  }

  @Test func `what others hand over is not for a bystander to judge`() {
    ledger.note(gift, toldTo: 5)
    ledger.finish([Scene.me: 30, Scene.partner: 30])
    #expect(ledger.contradictions.isEmpty)
  }
}
