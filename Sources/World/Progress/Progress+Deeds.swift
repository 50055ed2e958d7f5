import EventLog
import Schema
import SwiftProtobuf

/// What somebody did that counts.
struct Deed: Equatable {
  let player: PlayerID
  let kind: DeedKind
  /// The region that was entered; 0 for other deeds.
  var region: UInt32 = 0
}

extension Event {
  /// Adds the deeds that the event tells of.
  fileprivate func addDeeds(to deeds: inout [Deed]) {
    switch system {
    case .movement(let movement):
      switch movement.event {
      case .borderCrossed(let crossed):
        deeds.append(
          Deed(player: PlayerID(crossed.player), kind: .discovery, region: crossed.toRegion))
      case .playerPlaced(let placed):
        deeds.append(
          Deed(player: PlayerID(placed.player), kind: .discovery, region: placed.region))
      case .moveStarted, .moveStopped, .playerRemoved, nil: break
      }
    case .trade(let trade):
      guard case .tradeCommitted(let committed) = trade.event else { return }
      deeds.append(Deed(player: PlayerID(committed.proposer), kind: .trade))
      deeds.append(Deed(player: PlayerID(committed.partner), kind: .trade))
    case .inventory(let inventory):
      guard case .goodsGiven(let given) = inventory.event else { return }
      deeds.append(Deed(player: PlayerID(given.from), kind: .gift))
    case .harmony(let harmony):
      guard case .songHeard(let heard) = harmony.event, heard.quality > 0 else { return }
      deeds.append(Deed(player: PlayerID(heard.player), kind: .song))
    case .ecosystem(let ecosystem): ecosystem.addDeeds(to: &deeds)
    case .melodies(let melodies): melodies.addDeeds(to: &deeds)
    case .echoes(let echoes):
      guard case .echoAttended(let attended) = echoes.event else { return }
      deeds.append(Deed(player: PlayerID(attended.player), kind: .attention))
    case .players, .presence, .regions, .leaderboards, .chat, .worldClock, .weather, .progress, nil:
      break
    }
  }
}

extension EcosystemEvent {
  /// Adds the deeds that the event tells of: what was taken from the land, and given to it.
  fileprivate func addDeeds(to deeds: inout [Deed]) {
    switch event {
    case .speciesHarvested(let harvested):
      deeds.append(Deed(player: PlayerID(harvested.player), kind: .harvest))
    case .speciesPlanted(let planted):
      deeds.append(Deed(player: PlayerID(planted.player), kind: .planting))
    case .ecosystemRulesSet, .speciesDefined, .speciesRetired, .populationsChanged,
      .wonderAppeared, .wonderNamed, .wonderGone, nil:
      break
    }
  }
}

extension MelodiesEvent {
  /// Adds the deeds that the event tells of: what was performed well, by each who performed it.
  fileprivate func addDeeds(to deeds: inout [Deed]) {
    switch event {
    case .melodyPerformed(let performed):
      guard performed.quality > 0 else { return }
      deeds.append(Deed(player: PlayerID(performed.player), kind: .performance))
    case .performanceGiven(let given):
      guard given.quality > 0 else { return }
      for player in given.performers.prefix(Music.voicesMax) {
        deeds.append(Deed(player: PlayerID(player), kind: .performance))
      }
    case .melodyRulesSet, .melodyComposed, .melodyRetired, .performanceProposed,
      .performanceJoined, .performanceLeft, .performanceCalledOff, .performanceExpired, nil:
      break
    }
  }
}

extension World {
  /// Adds to a decision what its deeds earn.
  ///
  /// A deed that earns nothing and is no milestone is not told: whoever repeats something without end fills no log.
  borrowing func reward(_ decision: inout Decision, _ context: DecisionContext) {
    guard let rules = progress.rules else { return }
    var deeds: [Deed] = []
    for event in decision.events { event.addDeeds(to: &deeds) }
    for (index, deed) in deeds.enumerated() where decision.events.count < Decision.eventsMax {
      // One deed of a player an entry: what it comes to is told in absolute numbers.
      guard !deeds[..<index].contains(where: { $0.player == deed.player }) else { continue }
      if let done = done(deed, by: rules, at: context.now) { decision.progress(.deedDone(done)) }
    }
  }

  private borrowing func done(
    _ deed: Deed, by rules: ProgressRules, at now: Timestamp
  ) -> DeedDone? {
    let row = progress.row(of: deed.player) ?? ProgressRow()
    guard !row.isRetired, players.standing(of: deed.player) != .retired else { return nil }
    if deed.kind == .discovery, row.hasDiscovered(deed.region) { return nil }
    let former = row.count(of: deed.kind) ?? DeedCount()
    let weariness = Weariness(former.weariness)
      .after(now.microseconds &- former.lastUs, recovery: rules.recoveryUs)
    let rule = rules.rule(of: deed.kind) ?? DeedRule()
    let earned = weariness.earnings(rule.resonance, halfAfter: rule.halfAfter)
    let milestones = rules.milestones(at: former.count &+ 1, of: deed.kind, besides: row.milestones)
    guard earned > 0 || !milestones.isEmpty || deed.kind == .discovery else { return nil }
    let resonance = min(row.resonance + earned, Progress.resonanceMax)
    return .with {
      $0.player = deed.player.rawValue
      $0.deed = deed.kind
      $0.earned = resonance - row.resonance
      $0.resonance = resonance
      $0.tier = rules.tier(of: resonance)
      $0.weariness = weariness.withOneMore.value
      $0.milestones = milestones
      $0.region = deed.region
    }
  }

  /// What each kind of deed would earn a player now.
  borrowing func worths(for row: ProgressRow, at now: Timestamp) -> [DeedWorth] {
    guard let rules = progress.rules else { return [] }
    return rules.deeds.map { rule in
      let former = row.count(of: rule.deed) ?? DeedCount()
      let weariness = Weariness(former.weariness)
        .after(now.microseconds &- former.lastUs, recovery: rules.recoveryUs)
      return .with {
        $0.deed = rule.deed
        $0.resonance = weariness.earnings(rule.resonance, halfAfter: rule.halfAfter)
      }
    }
  }
}

extension ProgressRules {
  /// The milestones that are reached when something was done so often, and were not before.
  fileprivate func milestones(
    at count: Int64, of deed: DeedKind, besides reached: [UInt32]
  ) -> [UInt32] {
    milestones.indices.compactMap { index in
      let rule = milestones[index]
      let number = UInt32(index + 1)
      guard rule.deed == deed, rule.count <= count, !reached.contains(number) else { return nil }
      return number
    }
  }
}
