package import EventLog
import Projection
package import Schema

extension Scheduler {
  /// Expects the next crossing of a border of whoever walks.
  package mutating func follow(_ event: MovementEvent.OneOf_Event) {
    switch event {
    case .moveStarted(let started): expectCrossing(of: started.player, at: started.borderUs)
    case .borderCrossed(let crossed): expectCrossing(of: crossed.player, at: crossed.borderUs)
    case .playerPlaced(let placed): cancel(.borderCrossing, placed.player)
    case .moveStopped(let stopped): cancel(.borderCrossing, stopped.player)
    case .playerRemoved(let removed): cancel(.borderCrossing, removed.player)
    }
  }

  private mutating func expectCrossing(of player: UInt64, at time: Int64) {
    if time == 0 {
      cancel(.borderCrossing, player)
    } else {
      schedule(.borderCrossing, player, due: time)
    }
  }

  /// Expects the end of a trade that nobody concludes.
  package mutating func follow(_ event: TradeEvent.OneOf_Event) {
    switch event {
    case .tradeOffered(let offered): schedule(.tradeExpiry, offered.trade, due: offered.expiresUs)
    case .tradeCommitted(let committed): cancel(.tradeExpiry, committed.trade)
    case .tradeWithdrawn(let withdrawn): cancel(.tradeExpiry, withdrawn.trade)
    case .tradeExpired(let expired): cancel(.tradeExpiry, expired.trade)
    case .tradeChanged, .tradeAccepted: break
    }
  }

  /// Expects the end of each season.
  package mutating func follow(_ event: LeaderboardsEvent.OneOf_Event, at time: Timestamp) {
    switch event {
    case .boardDefined(let defined) where defined.seasonUs > 0:
      schedule(.seasonEnd, UInt64(defined.board), due: defined.firstEnd(at: time))
    case .seasonEnded(let ended):
      schedule(.seasonEnd, UInt64(ended.board), due: ended.nextEndUs)
    case .boardRetired(let retired): cancel(.seasonEnd, UInt64(retired.board))
    case .boardDefined: break
    }
  }

  /// Expects the end of a performance for which nobody is found.
  package mutating func follow(_ event: MelodiesEvent.OneOf_Event) {
    switch event {
    case .performanceProposed(let proposed):
      schedule(.performanceExpiry, proposed.performance, due: proposed.expiresUs)
    case .performanceGiven(let given): cancel(.performanceExpiry, given.performance)
    case .performanceCalledOff(let off): cancel(.performanceExpiry, off.performance)
    case .performanceExpired(let expired): cancel(.performanceExpiry, expired.performance)
    case .melodyRulesSet, .melodyComposed, .melodyRetired, .melodyPerformed, .performanceJoined,
      .performanceLeft:
      break
    }
  }

  /// Keeps the world's clock.
  package mutating func follow(_ event: WorldClockEvent.OneOf_Event, at time: Timestamp) {
    setClock(clock.changed(by: event, at: time))
  }

  /// Expects every region's drift, hour by hour.
  package mutating func follow(_ event: HarmonyEvent.OneOf_Event) {
    switch event {
    case .harmonyRulesSet(let set):
      for region in Hourly.regions(of: set.regions)
      where !jobs.contains(JobKey(.harmonyDrift, region.rawValue)) {
        let first = Hourly.first(of: region, among: set.regions, after: WorldTime(set.worldUs))
        schedule(.harmonyDrift, region.rawValue, at: first)
      }
    case .harmonyDrifted(let drifted):
      let next = WorldTime(drifted.worldUs).adding(WorldTime.hour)
      schedule(.harmonyDrift, UInt64(drifted.region), at: next)
    case .songHeard, .harmonySet: break
    }
  }

  /// Expects the end of every region's weather, and its next forecast.
  package mutating func follow(_ event: WeatherEvent.OneOf_Event) {
    switch event {
    case .weatherRulesSet(let set):
      for region in Hourly.regions(of: set.regions)
      where !jobs.contains(JobKey(.weatherTurn, region.rawValue)) {
        let first = Hourly.first(of: region, among: set.regions, after: WorldTime(set.worldUs))
        schedule(.weatherTurn, region.rawValue, at: first)
        schedule(.forecast, region.rawValue, at: first)
      }
    case .weatherChanged(let changed):
      schedule(
        .weatherTurn, UInt64(changed.region), at: WorldTime(changed.conditions.untilUs))
    case .weatherSet(let set):
      schedule(.weatherTurn, UInt64(set.region), at: WorldTime(set.conditions.untilUs))
    case .forecastMade(let made):
      schedule(.forecast, UInt64(made.region), at: WorldTime(made.nextUs))
    case .forecastScored: break
    }
  }

  /// Expects every region's next step of life.
  package mutating func follow(_ event: EcosystemEvent.OneOf_Event) {
    switch event {
    case .ecosystemRulesSet(let set):
      for region in Hourly.regions(of: set.regions)
      where !jobs.contains(JobKey(.ecosystemStep, region.rawValue)) {
        let first = Hourly.first(
          of: region, among: set.regions, after: WorldTime(set.worldUs), every: set.rules.period)
        schedule(.ecosystemStep, region.rawValue, at: first)
      }
    case .populationsChanged(let changed):
      schedule(.ecosystemStep, UInt64(changed.region), at: WorldTime(changed.nextUs))
    case .speciesDefined, .speciesRetired, .speciesHarvested, .speciesPlanted, .wonderAppeared,
      .wonderNamed, .wonderGone:
      break
    }
  }

  /// Expects the next look at every region's echoes, where there are any.
  package mutating func follow(_ event: EchoesEvent.OneOf_Event) {
    switch event {
    case .echoPlaced(let placed):
      let region = UInt64(placed.region)
      guard !jobs.contains(JobKey(.echoes, region)) else { return }
      schedule(.echoes, region, at: WorldTime(placed.nextUs))
    case .echoRetired(let retired) where retired.left == 0:
      cancel(.echoes, UInt64(retired.region))
    case .echoesEvolved(let evolved) where evolved.nextUs > 0:
      schedule(.echoes, UInt64(evolved.region), at: WorldTime(evolved.nextUs))
    case .echoRulesSet, .echoRetired, .echoesEvolved, .echoAttended, .abilityTaught, .abilityUsed:
      break
    }
  }
}
