import Foundation
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// The table in docs/echoes.md is what the rules of the built-in world come to.
@Suite struct EchoTableTests {
  @Test func `the page shows what becomes of an echo that players attend to and leave`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/echoes.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    for line in try lines() { #expect(text.contains(line), "\(line)") }
  }

  @Test func `the page shows what each kind of echo likes`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/echoes.md").standardized
    let text = try String(contentsOf: page, encoding: .utf8)
    for line in favours() { #expect(text.contains(line), "\(line)") }
  }

  /// What everything gives an echo where there is all of it, kind by kind.
  private func favours() -> [String] {
    let kinds = EchoRules.standard.kinds
    var named: [(String, (EchoFavours) -> Int64)] = [
      ("whatever there is", { $0.nature }), ("harmony", { $0.harmony }),
      ("silence", { $0.silence }), ("life", { $0.vitality }), ("company", { $0.company }),
      ("day", { $0.day }), ("night", { $0.night }),
    ]
    for weather in WeatherKind.known {
      named.append((weather.name, { $0.weather.first { $0.kind == weather }?.vigour ?? 0 }))
    }
    let seasons: [(String, Season)] = [
      ("spring", .spring), ("summer", .summer), ("autumn", .autumn), ("winter", .winter),
    ]
    for (name, season) in seasons {
      named.append((name, { $0.seasons.first { $0.season == season }?.vigour ?? 0 }))
    }
    return named.map { name, number in
      "| \(name) | \(kinds.map { "\(number($0.favours))" }.joined(separator: " | ")) |"
    }
  }

  /// Lumi in a summer under clouds: for thirty days two players hum every six hours and attend to it four times a day, then nobody comes.
  private func lines() throws -> [String] {
    let (rules, harmony) = (EchoRules.standard, HarmonyRules.standard)
    let kind = try #require(rules.kind(1))
    var standing = Standing.beginning
    var row = EchoRow.with { ($0.echo, $0.kind, $0.stage) = (1, 1, .dormant) }
    var bond = BondRow()
    var lines: [String] = []
    for hour in 0...60 * 24 as ClosedRange<Int64> {
      let time = WorldTime(hour * WorldTime.hour)
      if time.hour == 12, [0, 2, 5, 10, 15, 20, 30, 32, 35, 40, 45, 50, 59].contains(time.day) {
        let figures = [
          standing.harmony, standing.silence, bond.bond(at: time, by: rules),
          row.vigour(at: time, of: kind),
        ].map { String(format: "%.1f", Double($0) / 1_000) }
        lines.append(
          "| day \(time.day) | \(figures.joined(separator: " | ")) | \(row.stage.name) |")
      }
      let surroundings = EchoSurroundings(
        harmony: standing.harmony, silence: standing.silence, vitality: 500, weather: .cloudy,
        intensity: 500, weatherSince: WorldTime(0), song: nil, hour: time.hour, season: .summer)
      if let change = row.change(at: time, in: surroundings, by: rules) {
        row.apply(change, at: time.microseconds)
      }
      let isAttended = time.day < 30
      if isAttended, time.hour == 18 {
        for _ in 0..<4 {
          let attends = bond.attends(onDayOf: time)
          let former = bond.bond(at: time, by: rules)
          let gain = rules.gain(on: former, after: attends, insight: 0)
          row.company = row.company(at: time, by: rules) + 2 * gain
          row.companyUs = time.microseconds
          (bond.bond, bond.attendedUs, bond.attends) = (
            former + gain, time.microseconds, attends + 1
          )
        }
      }
      let drifted = standing.drifted(
        by: harmony, neighbours: nil, isNeglected: time.day > 30)
      if !drifted.isNear(standing) { standing = drifted }
      if isAttended, hour % 6 == 5 {
        for _ in 0..<2 {
          standing = standing.hearing(quality: 1_000, weight: 1_000, by: harmony)
        }
      }
    }
    return lines
  }
}
