import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// What the sky does in a region, or in all.
  mutating func addWeather(in region: RegionID?, of world: borrowing World) throws {
    let all = (0..<UInt64(world.regions.grid.count)).map { RegionID($0 + 1) }
    var rows: [WeatherRow] = []
    var cells: [[String]] = []
    for region in region.map({ [$0] }) ?? all {
      guard let row = world.weather.row(of: region) else { continue }
      rows.append(row)
      let now = row.conditions
      cells.append([
        world.label(region), world.regions.biome(of: region).name, now.kind.name,
        Figures.count(now.intensity), now.temperature.asDegrees, now.windText,
        "until \(WorldTime(now.untilUs).text)",
      ])
    }
    try add("weather", rows)
    add(
      rows.isEmpty ? "This world has no weather" : "Weather, of how much of 1,000",
      TextTable.lines(cells, leftAligned: [0, 1, 2, 5, 6]))
  }

  /// What the weather of a region is expected to be, and how good its forecasts were.
  mutating func addForecast(in region: RegionID, of world: borrowing World) throws {
    let answer = world.weatherAnswer(region)
    try add("forecast", answer)
    let title = "The weather in \(world.label(region)) is \(answer.row.conditions.kind.name)"
    guard let first = answer.outlooks.first else {
      return add(title, ["there is no forecast yet"])
    }
    let shown = WeatherKind.known.filter { kind in
      answer.outlooks.contains { ByKind($0.shares)[kind] > 0 }
    }
    var cells = [["in thousandths"] + shown.map(\.name)]
    for outlook in answer.outlooks {
      let shares = ByKind(outlook.shares)
      cells.append([WorldTime(outlook.forUs).text] + shown.map { Figures.count(shares[$0]) })
    }
    add(
      title, ["as of \(WorldTime(first.madeUs).text):"] + TextTable.lines(cells, leftAligned: [0]))
    addScores(answer.scores)
  }

  private mutating func addScores(_ scores: [ForecastScoreRow]) {
    guard !scores.isEmpty else { return }
    let cells = scores.map { row in
      [
        "\(row.hours) hours ahead", "\(Figures.count(row.count)) scored", row.meanScore.asScore,
        "what is usual", row.meanUsualScore.asScore,
      ]
    }
    add("How far off forecasts were, from 0 to 2", TextTable.lines(cells, leftAligned: [0, 3]))
  }
}

extension WeatherConditions {
  /// The wind for people: `6.0 m/s from the north-west`.
  var windText: String {
    let names = [
      "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
    ]
    let name = names[Int((windFromDegrees % 360 + 22) / 45) % names.count]
    return "\(Figures.decimal(Double(windMmS) / 1_000, places: 1)) m/s from the \(name)"
  }
}

extension Int64 {
  /// A temperature for people: `11.5 °C`.
  var asDegrees: String { Figures.decimal(Double(self) / 10, places: 1) + " °C" }

  /// A score for people: 0.000 to 2.000.
  var asScore: String { Figures.decimal(Double(self) / 1_000_000, places: 3) }
}
