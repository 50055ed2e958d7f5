package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about weather.
  package borrowing func decide(
    _ command: WeatherCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .setWeather(let command): try decide(command, context, &decision)
    case .setWeatherRules(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: SetWeather, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let region = try regions.require(command.region, field: "set_weather.region")
    guard let before = weather.conditions(of: region) else {
      throw Rejection(
        WeatherRejection.noWeather,
        "This world has no weather yet; it begins when its rules are set.")
    }
    guard command.kind.isKnown else {
      throw Rejection(
        WeatherRejection.unknownWeather,
        "There is no weather of kind \(command.kind.rawValue); they are 1 to 8.",
        fields: "set_weather.kind")
    }
    guard (0...1_000).contains(command.intensity) else {
      throw Rejection(
        WeatherRejection.intensityOutOfRange,
        "There is 0 to 1000 of a weather; \(command.intensity) is not possible.",
        fields: "set_weather.intensity")
    }
    guard (1...168).contains(command.hours) else {
      throw Rejection(
        WeatherRejection.weatherHoursOutOfRange,
        "A weather is set for 1 to 168 hours; \(command.hours) is not possible.",
        fields: "set_weather.hours")
    }
    try Rejection.checkReason(command.reason, field: "set_weather.reason")
    var random = context.random(for: .weather)
    let conditions = weather.model.conditions(
      of: command.kind, intensity: command.intensity, since: time,
      until: time.adding(command.hours * WorldTime.hour), under: sky(of: region, at: time),
      after: before, &random)
    decision.weather(
      .weatherSet(
        .with {
          $0.region = region.number
          $0.conditions = conditions
          $0.reason = command.reason
        }))
  }

  private borrowing func decide(
    _ command: SetWeatherRules, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let rules: WeatherRules
    do throws(RuleFault) {
      rules = try command.rules.checked()
    } catch {
      throw Rejection(
        WeatherRejection.invalidWeatherRules, error.message,
        fields: "set_weather_rules.rules.\(error.field)")
    }
    let count = UInt32(clamping: regions.grid.count)
    decision.weather(.weatherRulesSet(.beginning(rules, regions: count, at: time)))
  }

  /// Has the weather of a region change when it is over.
  ///
  /// For the scheduler. What would have changed in the meantime, if that was a while ago, is drawn as well, under the sky of now and over ten
  /// days at most, by which time it makes no difference what there was before; of all that only what is left in the end is told.
  ///
  /// - Throws: `no_clock`.
  borrowing func decideTurn(
    of region: RegionID, due: WorldTime, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let now = try requireTime(context)
    let model = weather.model
    let before = weather.conditions(of: region) ?? WeatherConditions()
    var random = context.random(for: .weather)
    var sky = sky(of: region, at: due)
    var kind = before.kind
    var since = due
    let forgotten = now.hours - due.hours - 10 * 24
    if forgotten > 0 { since = since.adding(forgotten * WorldTime.hour) }
    var until = since
    repeat {
      since = until
      sky.season = worldClock.season(at: since) ?? .spring
      kind = model.next(after: kind, under: sky, &random)
      until = since.adding(model.length(&random) * WorldTime.hour)
    } while until <= now && until > since
    let conditions = model.conditions(
      of: kind, since: since, until: until, under: sky, after: before, &random)
    decision.weather(
      .weatherChanged(
        .with {
          $0.region = region.number
          $0.conditions = conditions
        }))
  }

  /// What the weather of a region depends on at a time, by what there is around it now.
  borrowing func sky(of region: RegionID, at time: WorldTime) -> Sky {
    var around = ByKind()
    let neighbours = regions.grid.neighbours(of: region)
    for neighbour in neighbours {
      if let kind = weather.conditions(of: neighbour)?.kind { around[kind] += 1 }
    }
    return Sky(
      season: worldClock.season(at: time) ?? .spring, biome: regions.biome(of: region),
      neighbours: around.sum == 0 ? around : around.permille,
      harmony: harmony.standing(of: region).harmony)
  }
}
