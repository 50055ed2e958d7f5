import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct ForecastTests {
  private static let second = WorldFixture.second

  @Test func `a forecast is made every six hours, of six, twelve and twenty-four ahead`() throws {
    let fixture = try WorldFixture.living()
    let ann = try fixture.newPlayer("Ann")
    let region = Query.with { $0.weather.region.region = 4 }
    #expect(try fixture.ask(region, by: ann).weather.region.outlooks.isEmpty)
    fixture.wait(8 * Self.second)
    let outlooks = try fixture.ask(region, by: ann).weather.region.outlooks
    #expect(outlooks.map(\.hours) == [6, 12, 24])
    let made = WorldTime.hour / 2 + 6 * WorldTime.hour
    #expect(outlooks.allSatisfy { $0.madeUs == made && ByKind($0.shares).sum == 1_000 })
    #expect(outlooks.map(\.forUs) == [12, 18, 30].map { $0 * WorldTime.hour + WorldTime.hour / 2 })
    fixture.wait(30 * 24 * Self.second)
    let row = try #require(fixture.forecastRow(of: 4))
    #expect(row.outlooks.count == 7, "four of a day ahead, two of half a day, one of six hours")
  }

  @Test func `a forecast is kept as an event, and is there after a restart`() throws {
    let fixture = try WorldFixture.living()
    fixture.wait(50 * Self.second)
    let forecast = fixture.forecast(of: 3)
    #expect(forecast.count == 3)
    var loaded = try fixture.world.loadedAnew()
    #expect(loaded.weather.forecast(of: 3) == forecast)
    let (due, dueBefore) = (loaded.scheduler.nextDue, fixture.nextDue)
    #expect(try #require(due) <= #require(dueBefore), "what stands still is looked at at once")
    let original = try fixture.world.rows()
    #expect(try loaded.rows() == original)
  }

  @Test func `a forecast that the weather outlasts is certain`() throws {
    let fixture = try WorldFixture.living()
    try fixture.runAsOperator(.setWeather(4, .fog, 500, hours: 30))
    fixture.wait(Self.second)
    let shares = fixture.forecast(of: 4).map { ByKind($0.shares)[.fog] }
    #expect(shares == [1_000, 1_000, 1_000])
  }

  @Test func `what was expected is scored by what came, once for each moment`() throws {
    let fixture = try WorldFixture.living()
    fixture.wait(10 * 24 * Self.second)
    var seen: Set<[Int64]> = []
    var sums: [Int64: Int64] = [:]
    for scored in try fixture.scores() where scored.region == 2 {
      #expect(seen.insert([scored.madeUs, scored.hours]).inserted)
      #expect(scored.forUs == scored.madeUs + scored.hours * WorldTime.hour)
      sums[scored.hours, default: 0] += scored.score
    }
    let rows = fixture.world.weather.scores(of: 2)
    #expect(rows.map(\.hours) == [6, 12, 24])
    for row in rows {
      #expect(row.scoreSum == sums[row.hours] && row.meanScore == row.scoreSum / row.count)
    }
    // Forty forecasts in ten days; those whose time has not come are not counted.
    #expect(rows.map(\.count) == [39, 38, 36])
  }

  /// Six meadows side by side, in a spring of 120 days in which harmony stays where it is.
  ///
  /// The figures are those in docs/living-world.md.
  @Test func `forecasts beat whoever always says the same, the nearer the more`() throws {
    let fixture = try WorldFixture.living { $0.seasonDays = 1_000 }
    fixture.isChecking = false
    try fixture.runAsOperator(.setHarmonyRules { $0.neglectHours = 10_000 })
    fixture.wait(120 * 24 * Self.second)
    let page = try LivingWorldPage()
    var skills: [Int64] = []
    for hours in [6, 12, 24] as [Int64] {
      let scores = try fixture.scores().filter { $0.hours == hours }
      let count = Int64(scores.count)
      #expect(count > 2_800)
      // Nobody who always says the same can do better than with the shares that really came.
      var came = ByKind()
      for scored in scores { came[scored.came] += 1 }
      let best = came.permille
      let constant = scores.reduce(0) { $0 + best.score(of: $1.came) } / count
      let usual = scores.reduce(0) { $0 + $1.usualScore } / count
      let mean = scores.reduce(0) { $0 + $1.score } / count
      #expect(constant <= usual && mean < usual)
      skills.append(1_000 - 1_000 * mean / constant)
      let cells = [mean, usual, constant].map { page.decimal($0, of: 1_000_000, places: 3) }
      page.expect("| \(hours) hours | \(cells.joined(separator: " | ")) |")
    }
    #expect(skills[0] > 250 && skills[1] > 30 && skills[2] > -5, "\(skills)")
    #expect(skills[0] > skills[1] && skills[1] > skills[2])
  }

  @Test func `other hours between forecasts are kept to from the next on, and rows stay bounded`()
    throws
  {
    let fixture = try WorldFixture.living()
    fixture.wait(48 * Self.second)
    for hours in [24, 1, 5] as [Int64] {
      try fixture.runAsOperator(.setWeatherRules { $0.forecastHours = hours })
      fixture.wait(100 * Self.second)
      let row = try #require(fixture.forecastRow(of: 1))
      #expect(row.outlooks.count <= Weather.outlooksMax)
      #expect(row.nextUs - row.madeUs == hours * WorldTime.hour)
      #expect(fixture.forecast(of: 1).map(\.hours) == [hours, 2 * hours, 4 * hours])
    }
    for scored in try fixture.scores() { #expect((0...2_000_000).contains(scored.score)) }
  }
}
