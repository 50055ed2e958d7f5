import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct WeatherRulesTests {
  /// A change of the rules of the built-in world, and the field that it makes impossible.
  struct Case: Sendable, CustomTestStringConvertible {
    let field: String
    let change: @Sendable (inout WeatherRules) -> Void

    var testDescription: String { field }

    init(_ field: String, _ change: @escaping @Sendable (inout WeatherRules) -> Void) {
      self.field = field
      self.change = change
    }
  }

  static let cases: [Case] = [
    Case("hours_max") { $0.hoursMax = 49 },
    Case("hours_min") { $0.hoursMin = 13 },
    Case("hours_min") { $0.hoursMin = 0 },
    Case("neighbours_permille") { $0.neighboursPermille = -1 },
    Case("dissonance_below") { $0.dissonanceBelow = 1_000_001 },
    Case("dissonance_weight") { $0.dissonanceWeight = 1_001 },
    Case("forecast_hours") { $0.forecastHours = 25 },
    Case("seasons") { $0.seasons.removeLast() },
    Case("seasons") { $0.seasons[3].season = .spring },
    Case("seasons[1].weights.rain") { $0.seasons[1].weights.rain = 1_001 },
    Case("seasons[0].temperature") { $0.seasons[0].temperature = -1_001 },
    Case("seasons[2].weights") { $0.seasons[2].weights = WeatherWeights() },
    Case("biomes") { $0.biomes[0].biome = .UNRECOGNIZED(9) },
    Case("biomes[5].permille.snow") { $0.biomes[5].permille.snow = .max },
    Case("biomes[4].warmer") { $0.biomes[4].warmer = 1_001 },
    Case("steps") { $0.steps = .init(repeating: .step(.rain, .rain, 5), count: 65) },
    Case("steps[26]") { $0.steps.append(.step(.rain, .rain, 5)) },
    Case("steps[0]") { $0.steps[0].to = .unspecified },
    Case("steps[3].permille") { $0.steps[3].permille = 10_001 },
  ]

  @Test(arguments: cases)
  func `what is not possible is refused, and says where`(_ wrong: Case) throws {
    let fixture = try WorldFixture.living()
    expectRejection(
      WeatherRejection.invalidWeatherRules, field: "set_weather_rules.rules.\(wrong.field)"
    ) {
      try fixture.runAsOperator(.setWeatherRules(wrong.change))
    }
  }

  @Test func `the rules of the built-in world are possible, and are what its file has`() throws {
    #expect(try WeatherRules.standard.checked() == .standard)
    #expect(WorldFile.standard.weather == .standard)
    let fixture = try WorldFixture(.standard)
    #expect(fixture.weatherRules == .standard)
    #expect(fixture.world.regions.biome(of: 3) == .wetland)
    #expect(fixture.world.regions.biome(of: 18) == .peak)
    #expect(Set(WorldFile.standard.regions.map(\.biome)) == Set(Biome.known))
  }

  @Test func `what this program does not know is not kept`() throws {
    var rules = WeatherRules.standard
    let unknown = try WeatherRules(serializedBytes: [0xF8, 0x3F, 0x05])
    rules.unknownFields = unknown.unknownFields
    rules.steps[0].unknownFields = unknown.unknownFields
    rules.biomes[0].permille.unknownFields = unknown.unknownFields
    #expect(rules != .standard)
    #expect(try rules.checked() == .standard)
  }

  @Test func `a world file says what is wrong with its weather, or its ground, and where`() {
    func fault(_ change: (inout WorldFile) -> Void) -> String? {
      var file = WorldFile.standard
      change(&file)
      do throws(FoundingFault) {
        _ = try Founding.entries(for: file, seed: 1)
        return nil
      } catch {
        return error.path
      }
    }
    #expect(fault { $0.weather.hoursMax = 0 } == "weather.hoursMax")
    #expect(fault { $0.weather.seasons[1].weights.fog = -1 } == "weather.seasons[1].weights.fog")
    #expect(fault { $0.regions[4].biome = .UNRECOGNIZED(7) } == "regions[4].biome")
    #expect(
      fault {
        $0.clearClock()
        $0.clearHarmony()
      } == "weather")
    #expect(fault { $0.clearWeather() } == nil)
  }

  @Test func `a region of which nothing is said is a meadow`() throws {
    let fixture = try WorldFixture()
    #expect(fixture.world.regions.row(of: 2)?.biome == .meadow)
    fixture.commit(
      [.with { $0.regions.regionNamed = .with { ($0.region, $0.name) = (2, "Fugue") } }],
      actor: .operator, commandID: .none)
    #expect(fixture.world.regions.row(of: 2)?.biome == .unspecified)
    #expect(fixture.world.regions.biome(of: 2) == .meadow)
  }
}
