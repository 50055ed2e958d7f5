import Schema
import SwiftProtobuf
import World

extension CommandModel {
  mutating func clockCommand(
    _ name: CommandName, in world: borrowing World
  ) -> WorldClockCommand.OneOf_Command {
    switch name {
    case .setClockSpeed:
      return .setClockSpeed(.with { $0.speedPermille = speed() })
    case .pauseClock: return .pauseClock(PauseClock())
    case .resumeClock: return .resumeClock(ResumeClock())
    case .stepClock:
      let step = draw.once(in: 10) ? draw.absurdity() : draw.number(in: 1...30 * WorldTime.hour)
      return .stepClock(.with { $0.byUs = step })
    default:
      return .startClock(
        .with {
          $0.rules.speedPermille = speed()
          $0.rules.seasonDays = draw.once(in: 12) ? draw.absurdity() : draw.number(in: 1...20)
          $0.rules.startUs = draw.once(in: 12) ? draw.absurdity() : draw.number(in: 0...9) << 32
          $0.rules.isAdjustable = !draw.once(in: 4)
        })
    }
  }

  private mutating func speed() -> Int64 {
    if draw.once(in: 12) { return draw.absurdity() }
    return draw.element(of: [1, 1_000, 12_000, 3_600_000]) ?? 1_000
  }

  mutating func harmonyCommand(
    _ name: CommandName, in world: borrowing World
  ) -> HarmonyCommand.OneOf_Command {
    switch name {
    case .setHarmony:
      return .setHarmony(
        .with {
          $0.region = UInt32(draw.below(25))
          $0.harmony = amount(1_000_000)
          $0.silence = amount(1_000_000)
          $0.reason = text()
        })
    case .setHarmonyRules:
      var rules = HarmonyRules.standard
      rules.neglectHours = draw.number(in: 0...30)
      rules.creep = amount(200_000)
      if draw.once(in: 3) { rules.songPermille = amount(1_000) }
      return .setHarmonyRules(.with { $0.rules = rules })
    default: return .hum(Hum())
    }
  }

  mutating func progressCommand(
    _ name: CommandName, in world: borrowing World
  ) -> ProgressCommand.OneOf_Command {
    switch name {
    case .retireProgress:
      return .retireProgress(
        .with {
          $0.player = somebody()
          $0.reason = text()
        })
    case .restoreProgress:
      let retired = others.filter { world.progress.row(of: $0)?.isRetired ?? false }
      let one = draw.element(of: retired)?.rawValue ?? somebody()
      return .restoreProgress(
        .with {
          $0.player = one
          $0.reason = text()
        })
    case .setProgressRules:
      var rules = world.progress.rules ?? .standard
      rules.recoveryUs =
        draw.once(in: 8) ? draw.absurdity() : 1_000_000 + draw.number(in: 0...60_000_000)
      if draw.once(in: 3) { rules.deeds.reverse() }
      return .setProgressRules(.with { $0.rules = rules })
    default:
      return .adjustResonance(
        .with {
          $0.player = somebody()
          $0.by = amount(2_000) &- 500
          $0.reason = text()
        })
    }
  }

  mutating func weatherCommand(_ name: CommandName) -> WeatherCommand.OneOf_Command {
    guard name == .setWeatherRules else {
      return .setWeather(
        .with {
          $0.region = UInt32(draw.below(25))
          $0.kind = WeatherKind(rawValue: Int(draw.number(in: 0...9))) ?? .unspecified
          $0.intensity = amount(1_000)
          $0.hours = draw.once(in: 8) ? draw.absurdity() : draw.number(in: 1...48)
          $0.reason = text()
        })
    }
    var rules = WeatherRules.standard
    rules.hoursMin = amount(4)
    rules.forecastHours = draw.number(in: 1...6)
    rules.dissonanceBelow = amount(900_000)
    if draw.once(in: 3) { rules.steps = [] }
    if draw.once(in: 5) { rules.seasons.removeLast() }
    return .setWeatherRules(.with { $0.rules = rules })
  }

  mutating func ecosystemCommand(
    _ name: CommandName, in world: borrowing World
  ) -> EcosystemCommand.OneOf_Command {
    let species = UInt32(draw.below(16))
    switch name {
    case .harvest:
      let here = world.movement.region(of: player).flatMap { region in
        draw.element(of: world.regionState(of: region).life.populations)
      }
      return .harvest(
        .with {
          $0.species = here?.species ?? species
          $0.amount = draw.once(in: 8) ? draw.absurdity() : draw.number(in: 1...6)
        })
    case .plant:
      return .plant(
        .with {
          $0.species = species
          $0.quantity = draw.once(in: 8) ? draw.absurdity() : draw.number(in: 1...3)
        })
    case .retireSpecies: return .retireSpecies(.with { $0.species = species })
    case .setEcosystemRules:
      var rules = EcosystemRules.standard
      rules.stepHours = draw.number(in: 1...24)
      rules.grainPermille = amount(500)
      if draw.once(in: 3) { rules.springPermille = amount(2_000) }
      return .setEcosystemRules(.with { $0.rules = rules })
    case .nameWonder:
      let wonder = draw.element(of: wonders(in: world))?.wonder ?? UInt64(draw.below(500))
      return .nameWonder(
        .with {
          $0.wonder = wonder
          $0.name = text()
        })
    default: return .defineSpecies(.with { $0.species = newSpecies() })
    }
  }

  private func wonders(in world: borrowing World) -> [WonderRow] {
    world.ecosystem.traits.flatMap { world.ecosystem.wonderRows(of: $0.species) }
  }

  /// A species that is likely to be seen: a wonder that comes at once, or a weed.
  private mutating func newSpecies() -> Species {
    var species = Species()
    species.species = UInt32(14 + draw.below(40))
    species.name = "Species \(species.species)"
    species.speciesClass = draw.element(of: [.wonder, .wonder, .plant, .grazer]) ?? .plant
    species.capacity = draw.once(in: 8) ? draw.absurdity() : draw.number(in: 1...100)
    (species.seedDays, species.youngDays) = (draw.number(in: 1...9), draw.number(in: 1...9))
    (species.grownDays, species.oldDays) = (draw.number(in: 1...9), draw.number(in: 1...9))
    species.breedingPermille = amount(100_000)
    if species.speciesClass == .grazer {
      species.eats = [UInt32(draw.below(16))]
      species.appetitePermille = amount(5_000)
    }
    species.biomes = [.shore, .meadow, .forest, .peak].map { biome in
      .with { ($0.biome, $0.sharePermille) = (biome, 1_000) }
    }
    species.harmonyPermille = draw.number(in: -1_000...1_000)
    species.migrationPermille = draw.number(in: 0...500)
    return species
  }
}
