package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about harmony.
  package borrowing func decide(
    _ command: HarmonyCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .hum: try decideHum(context, &decision)
    case .setHarmony(let command): try decide(command, context, &decision)
    case .setHarmonyRules(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decideHum(
    _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    guard let place = movement.place(of: player, at: context.now) else { throw .noProfile }
    let region = regions.grid.region(at: place)
    if let heard = song(of: player, in: region, quality: 1_000, at: time) {
      decision.harmony(.songHeard(heard))
    }
  }

  /// What a song comes to in a region: for whichever system has somebody sing.
  ///
  /// Nil in a world whose harmony has no rules.
  ///
  /// - Parameter quality: How good it is; -1,000, which hurts, to 1,000.
  borrowing func song(
    of player: PlayerID, in region: RegionID, quality: Int64, at time: WorldTime
  ) -> SongHeard? {
    guard let rules = harmony.rules else { return nil }
    let weight = harmony.weight(of: player, in: region, at: time)
    let standing = harmony.standing(of: region)
      .hearing(quality: quality, weight: weight, by: rules)
    return .with {
      $0.region = region.number
      $0.player = player.rawValue
      $0.quality = quality
      $0.harmony = standing.harmony
      $0.silence = standing.silence
      $0.worldUs = time.microseconds
    }
  }

  private borrowing func decide(
    _ command: SetHarmony, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let region = try regions.require(command.region, field: "set_harmony.region")
    for (value, field) in [(command.harmony, "harmony"), (command.silence, "silence")]
    where !(0...Standing.full).contains(value) {
      throw Rejection(
        HarmonyRejection.harmonyOutOfRange,
        "It is 0 to \(Standing.full); \(value) is not possible.",
        fields: "set_harmony.\(field)")
    }
    try Rejection.checkReason(command.reason, field: "set_harmony.reason")
    decision.harmony(
      .harmonySet(
        .with {
          $0.region = region.number
          $0.harmony = command.harmony
          $0.silence = command.silence
          $0.worldUs = time.microseconds
          $0.reason = command.reason
        }))
  }

  private borrowing func decide(
    _ command: SetHarmonyRules, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let rules: HarmonyRules
    do throws(RuleFault) {
      rules = try command.rules.checked()
    } catch {
      throw Rejection(
        HarmonyRejection.invalidHarmonyRules, error.message,
        fields: "set_harmony_rules.rules.\(error.field)")
    }
    let count = UInt32(clamping: regions.grid.count)
    decision.harmony(.harmonyRulesSet(.beginning(rules, regions: count, at: time)))
  }

  /// Lets a region drift for an hour that is due, and some more where many are, or puts the job off to the hour that follows.
  ///
  /// For the scheduler.
  ///
  /// - Throws: `no_clock`.
  borrowing func decideDrift(
    in region: RegionID, due: WorldTime, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = try requireTime(context)
    let row = harmony.row(of: region) ?? HarmonyRow()
    let rules = harmony.rules ?? HarmonyRules()
    let neighbours = harmony.standing(around: region, in: regions.grid)
    let neglect = WorldTime(row.songUs).adding(rules.neglect)
    let turns = Hourly.stride(of: Hourly.turns(from: due, until: now))
    let end = due.adding(turns * WorldTime.hour)
    let before = row.standing
    var standing = before
    var hour = due
    while hour < end {
      let isNeglected = neglect < hour
      let next = standing.drifted(by: rules, neighbours: neighbours, isNeglected: isNeglected)
      hour = hour.adding(WorldTime.hour)
      guard next.isNear(standing) else {
        standing = next
        continue
      }
      // It stays so as long as nothing else changes, and nothing does but neglect.
      guard !isNeglected else { break }
      while hour < end, hour <= neglect { hour = hour.adding(WorldTime.hour) }
    }
    guard standing != before else { return decision.lookAgain(at: end) }
    decision.harmony(
      .harmonyDrifted(
        .with {
          $0.region = region.number
          $0.harmony = standing.harmony
          $0.silence = standing.silence
          $0.worldUs = end.microseconds - WorldTime.hour
        }))
  }
}

extension HarmonyRules {
  /// For how long nobody may sing before silence begins to creep in, in microseconds of the world.
  var neglect: Int64 { min(max(0, neglectHours), 10_000) * WorldTime.hour }
}
