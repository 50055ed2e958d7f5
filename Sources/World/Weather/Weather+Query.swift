package import Schema
import SwiftProtobuf

extension World {
  /// How many regions one answer lists at most.
  private static var weathersListed: UInt32 { 1_000 }

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

  private borrowing func weatherMap(_ query: WeatherMapQuery) throws(Rejection) -> WeatherMapAnswer
  {
    guard query.limit <= Self.weathersListed else {
      throw Rejection(
        RegionsRejection.limitOutOfRange,
        "At most \(Self.weathersListed) regions are listed at once.", fields: "limit")
    }
    let limit = query.limit == 0 ? Self.weathersListed : query.limit
    var answer = WeatherMapAnswer()
    var next = max(1, UInt64(query.from))
    while answer.regions.count < Int(limit), next <= UInt64(regions.grid.count) {
      if let row = weather.row(of: RegionID(next)) { answer.regions.append(row) }
      next += 1
    }
    return answer
  }
}
