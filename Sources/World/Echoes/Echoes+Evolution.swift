import Projection
import Schema
import SwiftProtobuf

extension World {
  /// Looks at the echoes of a region, and tells what became of them, or puts the job off to the hour that follows.
  ///
  /// After downtime they are looked at in strides, as harmony is, so that they come along with it. A stage is passed at each look. For the scheduler.
  ///
  /// - Throws: `no_clock`.
  borrowing func decideEvolution(
    of region: RegionID, due: WorldTime, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = try requireTime(context)
    let turns = Hourly.stride(of: Hourly.turns(from: due, until: now))
    let time = due.adding((max(1, turns) - 1) * WorldTime.hour)
    let next = time.adding(WorldTime.hour)
    let changes = changes(in: region, at: time)
    guard !changes.isEmpty else { return decision.lookAgain(at: next) }
    decision.echoes(
      .echoesEvolved(
        .with {
          $0.region = region.number
          $0.changes = changes
          $0.worldUs = time.microseconds
          $0.nextUs = next.microseconds
        }))
  }

  private borrowing func changes(in region: RegionID, at time: WorldTime) -> [EchoChange] {
    guard let rules = echoes.rules else { return [] }
    let surroundings = surroundings(of: region, at: time)
    var changes: [EchoChange] = []
    for echo in echoes.inRegion.members(of: region).prefix(Echoes.inRegionMax) {
      let change = echoes.echoes.withRow(echo) {
        $0.change(at: time, in: surroundings, by: rules)
      }
      if let change = change ?? nil { changes.append(change) }
    }
    return changes
  }

  /// What the vigour of a region's echoes depends on, by what there is now and the hour and season of a time.
  borrowing func surroundings(of region: RegionID, at time: WorldTime) -> EchoSurroundings {
    let standing = harmony.standing(of: region)
    let conditions = weather.conditions(of: region) ?? WeatherConditions()
    return EchoSurroundings(
      harmony: standing.harmony, silence: standing.silence,
      vitality: ecosystem.vitality(of: region),
      weather: conditions.kind, intensity: min(max(0, conditions.intensity), 1_000),
      weatherSince: WorldTime(conditions.sinceUs), song: harmony.lastSong(in: region),
      hour: time.hour, season: worldClock.season(at: time) ?? .spring)
  }
}
