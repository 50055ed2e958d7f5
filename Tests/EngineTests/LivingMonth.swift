import EventLog
import Schema
import SwiftProtobuf
import World

@testable import Engine

/// Thirty days of the world in six regions, one of each landscape, played through the engine, the same for every run.
///
/// Three people live in it. They walk from region to region, hum, harvest and plant; for the second third of the month they
/// stay away, and silence creeps in until they return. A designer sends a storm and calls a wonder by a name.
struct LivingMonth {
  private static let days: Int64 = 30
  /// The world passes an hour in a second.
  private static let hourMicroseconds: Int64 = 1_000_000
  /// The regions of the built-in world that are taken: one of each landscape.
  private static let regions = [0, 2, 6, 12, 14, 18]

  private let fixture: CoreFixture
  private let designer: Session
  private var people: [Session] = []
  private var random = DeterministicRandom(seed: 2_026, stream: 11, purpose: .birthplace)

  /// What the month's world is founded from.
  static var world: WorldFile {
    var file = WorldFile.demo
    file.name = "A living month"
    file.seed = 20_261_125
    (file.columns, file.rows) = (3, 2)
    file.regions = regions.map { file.regions[$0] }
    file.echoes = []
    return file
  }

  /// Signs the three in, each at home in a region of its own.
  init(_ fixture: CoreFixture) throws {
    self.fixture = fixture
    designer = try fixture.connect(.operator)
    for (index, name) in ["Aria", "Bram", "Cleo"].enumerated() {
      let session = try fixture.connect()
      let create = Command.with { command in
        command.players.createProfile = .with {
          $0.name = name
          $0.homeRegion = UInt32(2 * index + 1)
        }
      }
      _ = try fixture.send(create, by: session)
      people.append(session)
    }
  }

  /// Plays the month, hour by hour, and then closes.
  mutating func play() throws {
    for hour in 0..<Self.days * 24 {
      fixture.clock.advance(by: Self.hourMicroseconds)
      while fixture.core.nextDue.map({ $0 <= fixture.clock.now() }) == true {
        try fixture.core.fireDue(limit: 100)
        try fixture.settle()
      }
      let day = hour / 24
      if !(10..<20).contains(day) { try live(hour) }
      if hour == 7 * 24 { try storm() }
      if let wonder = unnamedWonder { try name(wonder) }
    }
    fixture.core.closeAllSessions(end: .serverStopped)
    try fixture.settle()
  }

  /// What people do in an hour: one of them does something, mostly.
  private mutating func live(_ hour: Int64) throws {
    let person = people[Int(random.next(below: UInt64(people.count)))]
    let species = UInt32(1 + random.next(below: 12))
    let command: Command =
      switch random.next(below: 10) {
      case 0..<2: .with { $0.harmony.hum = Hum() }
      case 2..<4: walk(toX: random.next(in: 0..<300_000), y: random.next(in: 0..<200_000))
      case 4..<6:
        .with {
          $0.ecosystem.harvest.species = species
          $0.ecosystem.harvest.amount = 2
        }
      case 6..<8:
        .with {
          $0.ecosystem.plant.species = species
          $0.ecosystem.plant.quantity = 1
        }
      default: .with { $0.movement.stopMove = StopMove() }
      }
    _ = try fixture.send(command, by: person)
  }

  private func storm() throws {
    let command = Command.with { command in
      command.weather.setWeather = .with {
        $0.region = 3
        $0.kind = .dissonance
        $0.intensity = 900
        $0.hours = 12
        $0.reason = "the month's storm"
      }
    }
    _ = try fixture.send(command, by: designer)
  }

  /// The first wonder that has no name.
  private var unnamedWonder: UInt64? {
    for region in 1...Self.regions.count {
      let rows = fixture.core.world.ecosystem.wonderRows(in: RegionID(UInt64(region)))
      if let row = rows.first(where: { $0.name.isEmpty }) { return row.wonder }
    }
    return nil
  }

  private func name(_ wonder: UInt64) throws {
    let command = Command.with { command in
      command.ecosystem.nameWonder = .with {
        $0.wonder = wonder
        $0.name = "Aurelia \(wonder)"
      }
    }
    _ = try fixture.send(command, by: designer)
  }
}
