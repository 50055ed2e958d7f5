package import Schema
import SwiftProtobuf

extension World {
  /// Answers a question about weather.
  ///
  /// - Throws: `no_clock`, `no_such_region`, `no_profile`, `limit_out_of_range`, `unknown_request`.
  package borrowing func answer(
    _ query: WeatherQuery, _ context: DecisionContext
  ) throws(Rejection) -> WeatherAnswer {
    switch query.query {
    case .region(let query):
      _ = try requireTime(context)
      let answer = weatherAnswer(try region(query.region, context))
      return .with { $0.region = answer }
    case .map(let query):
      _ = try requireTime(context)
      let map = try weatherMap(query)
      return .with { $0.map = map }
    case nil: throw .unknownQuery
    }
  }

  /// The weather of a region, and what is expected.
  package borrowing func weatherAnswer(_ region: RegionID) -> RegionWeatherAnswer {
    var answer = RegionWeatherAnswer()
    answer.row = weather.row(of: region) ?? .with { $0.region = region.number }
    answer.biome = regions.biome(of: region)
    answer.outlooks = weather.forecast(of: region)
    answer.scores = weather.scores(of: region)
    return answer
  }

  private borrowing func weatherMap(
    _ query: WeatherMapQuery
  ) throws(Rejection) -> WeatherMapAnswer {
    let rows = try listed(from: query.from, limit: query.limit).compactMap { weather.row(of: $0) }
    return .with { $0.regions = rows }
  }
}
