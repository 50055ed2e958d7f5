package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about harmony.
  ///
  /// - Throws: `no_clock`, `no_such_region`, `no_profile`, `limit_out_of_range`, `unknown_request`.
  package borrowing func answer(
    _ query: HarmonyQuery, _ context: DecisionContext
  ) throws(Rejection) -> HarmonyAnswer {
    switch query.query {
    case .region(let query):
      _ = try requireTime(context)
      let answer = harmonyAnswer(try region(query.region, context))
      return .with { $0.region = answer }
    case .map(let query):
      _ = try requireTime(context)
      let map = try harmonyMap(query)
      return .with { $0.map = map }
    case nil: throw .unknownQuery
    }
  }

  private borrowing func harmonyAnswer(_ region: RegionID) -> RegionHarmonyAnswer {
    let row = harmony.row(of: region) ?? HarmonyRow()
    let rules = harmony.rules ?? HarmonyRules()
    let around = harmony.standing(around: region, in: regions.grid) ?? row.standing
    return .with {
      $0.row = row
      $0.rest = row.standing.rest(by: rules)
      $0.neighboursHarmony = around.harmony
      $0.neighboursSilence = around.silence
      $0.neglectUs = WorldTime(row.songUs).adding(rules.neglect).microseconds
    }
  }

  private borrowing func harmonyMap(
    _ query: HarmonyMapQuery
  ) throws(Rejection) -> HarmonyMapAnswer {
    let rows = try listed(from: query.from, limit: query.limit).compactMap { harmony.row(of: $0) }
    return .with { $0.regions = rows }
  }
}
