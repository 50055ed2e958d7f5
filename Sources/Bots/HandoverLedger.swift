import Schema
import Synchronization

/// What the two sides of each handover were told, compared.
///
/// A gift or a committed trade concerns two players. When both are bots of one swarm, both must be
/// told, and told the same.
final class HandoverLedger: Sendable {
  /// What changed hands.
  enum Handover: Equatable, Sendable {
    case given(GoodsGiven)
    case traded(TradeCommitted)

    var sides: [UInt64] {
      switch self {
      case .given(let given): [given.from, given.to]
      case .traded(let committed): [committed.proposer, committed.partner]
      }
    }
  }

  fileprivate struct Half: Sendable {
    let handover: Handover
    let teller: UInt64
  }

  fileprivate struct State {
    /// Handovers that one side was told of, by position.
    var halves: [UInt64: Half] = [:]
    var contradictions: [Contradiction] = []
    var agreed = 0
  }

  private let state = Mutex(State())

  /// How many handovers both sides were told of.
  var agreed: Int { state.withLock { $0.agreed } }

  /// What did not agree, so far.
  var contradictions: [Contradiction] { state.withLock { $0.contradictions } }

  /// Takes in what a player was told.
  func note(_ entry: PushedEntry, toldTo player: UInt64) {
    for event in entry.payload.events {
      guard let handover = event.handover, handover.sides.contains(player) else { continue }
      state.withLock { $0.note(handover, at: entry.position, toldTo: player) }
    }
  }

  /// All bots are done.
  ///
  /// - Parameter seen: Up to which position each player was told everything.
  func finish(_ seen: [UInt64: UInt64]) {
    state.withLock { state in
      for (position, half) in state.halves.sorted(by: { $0.key < $1.key }) {
        for side in half.handover.sides where side != half.teller {
          guard let reached = seen[side], reached >= position else { continue }
          let detail = "player \(half.teller) was told of a handover, player \(side) was not"
          state.contradict(side, position, detail)
        }
      }
    }
  }
}

extension HandoverLedger.State {
  fileprivate mutating func note(
    _ handover: HandoverLedger.Handover, at position: UInt64, toldTo player: UInt64
  ) {
    guard let half = halves[position] else {
      halves[position] = HandoverLedger.Half(handover: handover, teller: player)
      return
    }
    guard half.teller != player else { return }
    halves[position] = nil
    if half.handover == handover {
      agreed += 1
    } else {
      let detail = "players \(half.teller) and \(player) were told of different handovers"
      contradict(player, position, detail)
    }
  }

  fileprivate mutating func contradict(_ player: UInt64, _ position: UInt64, _ detail: String) {
    contradictions.append(
      Contradiction(
        kind: .handoverDisagrees, player: player, position: position, detail: detail))
  }
}

extension Event {
  fileprivate var handover: HandoverLedger.Handover? {
    if case .goodsGiven(let given)? = inventory.event { return .given(given) }
    if case .tradeCommitted(let committed)? = trade.event { return .traded(committed) }
    return nil
  }
}
