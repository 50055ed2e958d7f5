import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Simulation

/// The living world's books must find what does not follow from the rules.
@Suite struct LivingWorldBookTests {
  private static let hour: Int64 = 3_600_000_000
  private static let grid = Grid(columns: 2, rows: 1, cell: 1_000)

  /// Whether a book takes the events of an entry; only if it does are they in it afterwards.
  private static func takes(
    _ book: inout LivingWorldBook, at microseconds: Int64 = 0, _ events: Event.OneOf_System...
  ) -> Bool {
    var copy = book
    let stamp = EntryStamp(
      position: Position(1), time: Timestamp(microseconds: microseconds), actor: .scheduler,
      commandID: .none)
    do throws(Breach) {
      let events = events.map { system in Event.with { $0.system = system } }
      try copy.follow(events[...], of: stamp)
      book = copy
      return true
    } catch {
      return error.promise != .invariant
    }
  }

  // MARK: Progress

  private static func progress(_ event: ProgressEvent.OneOf_Event) -> Event.OneOf_System {
    .progress(.with { $0.event = event })
  }

  private static func done(
    _ kind: DeedKind, _ earned: Int64, of resonance: Int64, tier: UInt32, weariness: Int64 = 1_000,
    milestones: [UInt32] = []
  ) -> Event.OneOf_System {
    progress(
      .deedDone(
        .with {
          $0.player = 1_000
          $0.deed = kind
          $0.earned = earned
          $0.resonance = resonance
          $0.tier = tier
          $0.weariness = weariness
          $0.milestones = milestones
        }))
  }

  private static let gift = Event.OneOf_System.inventory(
    .with {
      $0.event = .goodsGiven(
        .with {
          $0.from = 1_000
          $0.to = 1_001
        })
    })

  /// A gift earns 10, half as much after two others; 15 make a tier, and the second is a milestone.
  private static func progressBook() -> LivingWorldBook {
    var book = LivingWorldBook(grid)
    let rules = ProgressRules.with {
      $0.deeds = [
        .with {
          $0.deed = .gift
          $0.resonance = 10
          $0.halfAfter = 2
        }
      ]
      $0.tiers = [.with { $0.resonance = 15 }]
      $0.milestones = [
        .with {
          $0.deed = .gift
          $0.count = 2
        }
      ]
      $0.recoveryUs = 1_000_000
    }
    _ = takes(&book, progress(.progressRulesSet(.with { $0.rules = rules })))
    return book
  }

  @Test func `a deed earns what its rule and its repetition say, and brings what is due`() {
    var book = Self.progressBook()
    #expect(!Self.takes(&book, Self.done(.gift, 10, of: 10, tier: 0)), "nothing was done")
    #expect(!Self.takes(&book, Self.gift), "it is not told")
    #expect(!Self.takes(&book, Self.gift, Self.done(.gift, 11, of: 11, tier: 0)))
    #expect(!Self.takes(&book, Self.gift, Self.done(.gift, 10, of: 11, tier: 0)))
    #expect(!Self.takes(&book, Self.gift, Self.done(.gift, 10, of: 10, tier: 1)))
    let first = Self.done(.gift, 10, of: 10, tier: 0)
    #expect(!Self.takes(&book, Self.gift, first, first))
    #expect(Self.takes(&book, Self.gift, first))
    // Half of the weariness is gone; 2,000 of 2,500 parts of 10 are earned.
    let second = Self.done(.gift, 8, of: 18, tier: 1, weariness: 1_500, milestones: [1])
    #expect(!Self.takes(&book, at: 0, Self.gift, second), "nothing is gone yet")
    for wrong in [
      Self.done(.gift, 10, of: 20, tier: 1, weariness: 1_500, milestones: [1]),
      Self.done(.gift, 8, of: 18, tier: 1, weariness: 1_500),
      Self.done(.gift, 10, of: 20, tier: 1, weariness: 1_000, milestones: [1]),
    ] {
      #expect(!Self.takes(&book, at: 1_000_000, Self.gift, wrong))
    }
    #expect(Self.takes(&book, at: 1_000_000, Self.gift, second))
  }

  @Test func `resonance is the sum of what was told`() {
    var book = Self.progressBook()
    func adjusted(by: Int64, to resonance: Int64, tier: UInt32) -> Event.OneOf_System {
      Self.progress(
        .resonanceAdjusted(
          .with {
            $0.player = 1_000
            $0.by = by
            $0.resonance = resonance
            $0.tier = tier
          }))
    }
    #expect(!Self.takes(&book, adjusted(by: -1, to: -1, tier: 0)))
    #expect(!Self.takes(&book, adjusted(by: 20, to: 21, tier: 1)))
    #expect(Self.takes(&book, adjusted(by: 20, to: 20, tier: 1)))
    #expect(Self.takes(&book, adjusted(by: -6, to: 14, tier: 0)))
    let retired = Self.progress(.progressRetired(.with { $0.player = 1_000 }))
    #expect(Self.takes(&book, retired))
    #expect(!Self.takes(&book, retired))
    #expect(!Self.takes(&book, adjusted(by: 1, to: 15, tier: 1)))
    let noted = book
    #expect(throws: Breach.self) { try noted.compare(with: World()) }
  }

  // MARK: Harmony

  private static func harmonyBook() -> LivingWorldBook {
    var book = LivingWorldBook(grid)
    let rules = HarmonyRules.with {
      $0.rest = 600_000
      $0.settlingPermille = 100
      $0.neglectHours = 10
      $0.creep = 50_000
      $0.songPermille = 200
      $0.reliefPermille = 500
      $0.repetitionHours = 10
    }
    _ = takes(
      &book, .harmony(.with { $0.event = .harmonyRulesSet(.with { $0.rules = rules }) }))
    return book
  }

  private static func drifted(
    to harmony: Int64, _ silence: Int64, atHour hour: Int64, _ region: UInt32 = 1
  ) -> Event.OneOf_System {
    .harmony(
      .with {
        $0.event = .harmonyDrifted(
          .with {
            $0.region = region
            $0.harmony = harmony
            $0.silence = silence
            $0.worldUs = hour * Self.hour
          })
      })
  }

  private static func heard(
    to harmony: Int64, _ silence: Int64 = 0, atHour hour: Int64
  ) -> Event.OneOf_System {
    .harmony(
      .with {
        $0.event = .songHeard(
          .with {
            $0.region = 1
            $0.player = 1_000
            $0.quality = 1_000
            $0.harmony = harmony
            $0.silence = silence
            $0.worldUs = hour * Self.hour
          })
      })
  }

  @Test func `a region drifts as far as an hour takes it, and past nothing that draws it`() {
    var book = Self.harmonyBook()
    #expect(!Self.takes(&book, Self.drifted(to: 500_050, 0, atHour: 1)), "too little")
    #expect(!Self.takes(&book, Self.drifted(to: 600_100, 0, atHour: 1)), "past where it rests")
    #expect(!Self.takes(&book, Self.drifted(to: 510_000, 10_000, atHour: 1)), "not neglected")
    #expect(!Self.takes(&book, Self.drifted(to: 510_000, 0, atHour: 1, 2)), "its hour is another")
    #expect(Self.takes(&book, Self.drifted(to: 510_000, 0, atHour: 1)))
    #expect(!Self.takes(&book, Self.drifted(to: 519_000, 0, atHour: 1)), "twice")
    #expect(!Self.takes(&book, Self.drifted(to: 520_000, 0, atHour: 2)))
    #expect(Self.takes(&book, Self.drifted(to: 519_000, 0, atHour: 2)))
    #expect(Self.takes(&book, Self.drifted(to: 560_000, 100_000, atHour: 14)), "some hours")
    #expect(!Self.takes(&book, Self.drifted(to: 558_000, 100_000, atHour: 15)), "no silence")
    #expect(Self.takes(&book, Self.drifted(to: 558_000, 150_000, atHour: 15)))
  }

  @Test func `a song brings what harmony lacks, and half when it is repeated`() {
    var book = Self.harmonyBook()
    #expect(!Self.takes(&book, Self.heard(to: 700_000, atHour: 1)))
    #expect(!Self.takes(&book, Self.heard(to: 500_000, atHour: 1)))
    #expect(Self.takes(&book, Self.heard(to: 600_000, atHour: 1)))
    #expect(!Self.takes(&book, Self.heard(to: 680_000, atHour: 1)))
    #expect(Self.takes(&book, Self.heard(to: 640_000, atHour: 1)))
  }

  // MARK: Weather

  private static func weather(_ event: WeatherEvent.OneOf_Event) -> Event.OneOf_System {
    .weather(.with { $0.event = event })
  }

  private static func sky(
    _ kind: WeatherKind, from since: Int64, through until: Int64
  ) -> Event.OneOf_System {
    weather(
      .weatherChanged(
        .with {
          $0.region = 1
          $0.conditions.kind = kind
          $0.conditions.sinceUs = since * hour
          $0.conditions.untilUs = until * hour
        }))
  }

  private static func forecast(
    atHour made: Int64, _ shares: [(clear: Int64, rain: Int64)]
  ) -> Event.OneOf_System {
    weather(
      .forecastMade(
        .with {
          $0.region = 1
          $0.madeUs = made * hour
          $0.nextUs = (made + 2) * hour
          $0.outlooks = zip([2, 4, 8] as [Int64], shares).map { hours, shares in
            .with {
              $0.madeUs = made * hour
              $0.hours = hours
              $0.forUs = (made + hours) * hour
              $0.shares.clear = shares.clear
              $0.shares.rain = shares.rain
            }
          }
        }))
  }

  private static func scored(
    _ share: Int64, _ score: Int64, of hours: Int64, made: Int64 = 1
  ) -> Event.OneOf_System {
    weather(
      .forecastScored(
        .with {
          $0.region = 1
          $0.madeUs = made * hour
          $0.hours = hours
          $0.forUs = (made + hours) * hour
          $0.came = .clear
          $0.share = share
          $0.score = score
        }))
  }

  /// Clear skies and rain, snow in winter alone, never rain after rain; dissonance where there is no harmony.
  private static func weatherBook() -> LivingWorldBook {
    var book = harmonyBook()
    let rules = WeatherRules.with {
      $0.hoursMin = 2
      $0.hoursMax = 4
      $0.forecastHours = 2
      $0.dissonanceBelow = 100_000
      $0.dissonanceWeight = 10
      $0.seasons = ([.spring, .summer, .autumn, .winter] as [Season]).map { season in
        .with {
          $0.season = season
          $0.weights.clear = 1
          $0.weights.rain = 1
          $0.weights.snow = season == .winter ? 1 : 0
        }
      }
      $0.biomes = [
        .with {
          $0.biome = .meadow
          $0.permille.clear = 1_000
          $0.permille.rain = 1_000
          $0.permille.snow = 1_000
        }
      ]
      $0.steps = [
        .with {
          $0.from = .rain
          $0.to = .rain
        }
      ]
    }
    let clock = WorldClockEvent.OneOf_Event.clockStarted(.with { $0.rules.seasonDays = 10 })
    let region = RegionsEvent.OneOf_Event.regionNamed(.with { $0.region = 1 })
    #expect(
      takes(
        &book, .regions(.with { $0.event = region }), .worldClock(.with { $0.event = clock }),
        weather(.weatherRulesSet(.with { $0.rules = rules }))))
    return book
  }

  @Test func `weather follows where the rules allow it`() {
    var book = Self.weatherBook()
    #expect(!Self.takes(&book, Self.sky(.clear, from: 1, through: 6)), "too long")
    #expect(!Self.takes(&book, Self.sky(.fog, from: 1, through: 3)))
    #expect(!Self.takes(&book, Self.sky(.snow, from: 1, through: 3)), "it is spring")
    #expect(!Self.takes(&book, Self.sky(.dissonance, from: 1, through: 3)), "there is harmony")
    #expect(Self.takes(&book, Self.sky(.rain, from: 1, through: 3)))
    #expect(!Self.takes(&book, Self.sky(.clear, from: 2, through: 4)), "it still rains")
    #expect(!Self.takes(&book, Self.sky(.rain, from: 3, through: 5)), "rain follows no rain")
    #expect(Self.takes(&book, Self.sky(.clear, from: 3, through: 5)))
    let winter: Int64 = 30 * 24
    #expect(Self.takes(&book, Self.sky(.snow, from: winter, through: winter + 2)))
  }

  @Test func `a forecast makes a thousand, knows what is certain, and is scored once`() {
    var book = Self.weatherBook()
    #expect(Self.takes(&book, Self.sky(.clear, from: 1, through: 5)))
    let sound: [(Int64, Int64)] = [(1_000, 0), (500, 500), (600, 400)]
    #expect(!Self.takes(&book, Self.forecast(atHour: 1, [(1_000, 0), (500, 499), (600, 400)])))
    #expect(!Self.takes(&book, Self.forecast(atHour: 1, [(900, 100), (500, 500), (600, 400)])))
    #expect(!Self.takes(&book, Self.scored(1_000, 0, of: 2)), "nothing was said")
    #expect(Self.takes(&book, Self.forecast(atHour: 1, sound)))
    #expect(!Self.takes(&book, Self.forecast(atHour: 2, sound)), "it is not due")
    #expect(!Self.takes(&book, Self.scored(900, 0, of: 2)))
    #expect(!Self.takes(&book, Self.scored(1_000, 1, of: 2)))
    #expect(Self.takes(&book, Self.scored(1_000, 0, of: 2)))
    #expect(!Self.takes(&book, Self.scored(1_000, 0, of: 2)), "twice")
    #expect(!Self.takes(&book, Self.scored(500, 500_000, of: 4)), "the sky is another by then")
    #expect(Self.takes(&book, Self.sky(.clear, from: 5, through: 8)))
    #expect(Self.takes(&book, Self.scored(500, 500_000, of: 4)))
  }
}
