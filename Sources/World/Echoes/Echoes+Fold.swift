import Projection
package import Schema
import SwiftProtobuf

extension Echoes {
  /// Applies one event.
  ///
  /// Total: what is out of range is taken as the nearest that is not, and an echo that is not there is ignored.
  package mutating func fold(_ event: EchoesEvent.OneOf_Event) {
    switch event {
    case .echoRulesSet(let set):
      rulesRows.set(.only, to: .with { $0.rules = set.rules })
      rebuildRules()
    case .echoPlaced(let placed): fold(placed)
    case .echoRetired(let retired):
      let echo = EchoID(retired.echo)
      guard let region = echoes.withRow(echo, { $0.region }) else { return }
      echoes.update(echo) { $0.isRetired = true }
      inRegion.remove(echo, from: RegionID(region))
    case .echoesEvolved(let evolved):
      for change in evolved.changes {
        echoes.update(EchoID(change.echo)) { $0.apply(change, at: evolved.worldUs) }
      }
    case .echoAttended(let attended): fold(attended)
    case .abilityTaught(let taught):
      change(taught.player) { row in
        guard !row.abilities.contains(where: { $0.ability == taught.ability }) else { return }
        row.abilities.append(
          .with {
            $0.ability = taught.ability
            $0.name = taught.name
            $0.echo = taught.echo
            $0.taughtUs = taught.worldUs
          })
      }
    case .abilityUsed(let used):
      change(used.player) { row in
        guard let index = row.abilities.firstIndex(where: { $0.ability == used.ability })
        else { return }
        row.abilities[index].usedUs = max(1, used.worldUs)
      }
    }
  }

  private mutating func fold(_ placed: EchoPlaced) {
    let echo = EchoID(placed.echo)
    guard !echoes.contains(echo) else { return }
    echoes.set(
      echo,
      to: .with {
        $0.echo = placed.echo
        $0.kind = placed.kind
        $0.region = placed.region
        $0.name = placed.name
        $0.stage = .dormant
        $0.sinceUs = placed.worldUs
        $0.companyUs = placed.worldUs
      })
    inRegion.insert(echo, into: RegionID(placed.region))
  }

  private mutating func fold(_ attended: EchoAttended) {
    let echo = EchoID(attended.echo)
    let player = PlayerID(attended.player)
    let isThere = echoes.update(echo) { row in
      row.company = min(max(0, attended.company), Fading.amountMax)
      row.companyUs = max(row.companyUs, attended.worldUs)
      guard attended.isRemembered else { return }
      row.remember(
        .with {
          $0.kind = .bond
          $0.stage = row.stage
          $0.player = attended.player
          $0.worldUs = attended.worldUs
        })
    }
    guard isThere else { return }
    bonds.upsert(BondKey(player, echo)) { row in
      row.player = attended.player
      row.echo = attended.echo
      row.bond = min(max(0, attended.bond), Standing.full)
      row.attendedUs = attended.worldUs
      row.attends = attended.attends
      row.highestLevel = max(row.highestLevel, attended.level)
    }
    ofPlayer.insert(echo, into: player)
  }

  private mutating func change(_ number: UInt64, _ body: (inout LearnedRow) -> Void) {
    learned.upsert(PlayerID(number)) { row in
      row.player = number
      body(&row)
    }
  }
}
