package import Schema
import SwiftProtobuf

extension WorldFile {
  /// The world that a server founds when it is given no other: five by four regions of 100 m.
  ///
  /// It is written out as JSON beside the log, for people to begin their own from. Its seed is 0:
  /// one is drawn at the founding.
  package static var standard: Self {
    .with {
      $0.name = "Finalverse"
      $0.columns = 5
      $0.rows = 4
      $0.cellMm = 100_000
      $0.rules = .standard
      $0.itemKinds = DefaultKind.allCases.map(\.definition)
      $0.regions = DefaultRegion.all.map(\.plan)
      $0.boards = [
        .board(1, "Wealth", by: .wealth), .board(2, "Trades", by: .trades),
        .board(3, "Distance walked", by: .distance),
        .board(4, "Trades of the week", by: .trades, seasonDays: 7),
      ]
      $0.clock = .standard
      $0.harmony = .standard
      $0.melodies = .standard
      $0.progress = .standard
      $0.weather = .standard
      $0.species = DefaultSpecies.all
      $0.ecosystem = .standard
      $0.echoRules = .standard
      $0.echoes = DefaultEcho.all
    }
  }
}

extension WorldFile {
  /// The built-in world for a first look: an hour passes every second, and operators may pause and step its clock.
  package static var demo: Self {
    var file = Self.standard
    file.clock.speedPermille = 3_600_000
    file.clock.isAdjustable = true
    return file
  }
}

extension DefineBoard {
  fileprivate static func board(
    _ number: UInt32, _ name: String, by score: ScoreKind, seasonDays: Int64 = 0
  ) -> Self {
    .with {
      $0.board = number
      $0.name = name
      $0.score = score
      $0.seasonUs = seasonDays * 86_400_000_000
    }
  }
}

extension WorldRules {
  /// The rules of ``WorldFile/standard``.
  fileprivate static var standard: Self {
    .with {
      $0.speedMaxMmS = 10_000
      $0.speedDefaultMmS = 3_000
      $0.reachMm = 5_000
      $0.idleAfterUs = 120_000_000
      $0.tradeExpiresAfterUs = 300_000_000
      $0.tradesMax = 8
      $0.inventorySlots = 40
      $0.startingCoins = 100
      $0.startingStacks = [
        DefaultKind.note.stack(12), DefaultKind.reed.stack(4), DefaultKind.lampOil.stack(2),
      ]
      $0.startingItems = [DefaultKind.whistle.rawValue]
    }
  }
}

/// Which echoes there are.
private enum DefaultEcho {
  static var all: [EchoPlan] {
    [
      echo(1, 8), echo(2, 15), echo(3, 12), echo(4, 18), echo(1, 3, "Lumi of the Reeds"),
      echo(2, 2, "KAI at the Quay"), echo(3, 7, "Terra of the Meadow"), echo(4, 11, "Ignis Below"),
    ]
  }

  private static func echo(_ kind: UInt32, _ region: UInt32, _ name: String = "") -> EchoPlan {
    .with {
      ($0.kind, $0.region, $0.name) = (kind, region, name)
    }
  }
}

/// What things there are.
enum DefaultKind: UInt32, CaseIterable {
  case note = 1
  case reed
  case crystal
  case driftwood
  case silverString
  case lampOil
  case honeycomb
  case echoShell
  case whistle
  case lute
  case drum
  case bell

  func stack(_ quantity: Int64) -> ItemStack {
    .with {
      $0.kind = rawValue
      $0.quantity = quantity
    }
  }

  func new(_ count: UInt32) -> NewItems {
    .with {
      $0.kind = rawValue
      $0.count = count
    }
  }

  var definition: DefineItemKind {
    switch self {
    case .note: define("Note", 1_000, "A sound that somebody caught and wrote down.")
    case .reed: define("Reed", 100, "Cut at low water. It wants to become a flute.")
    case .crystal: define("Crystal", 50, "It hums when another of its kind is near.")
    case .driftwood: define("Driftwood", 20, "Light, dry, and older than the shore it lay on.")
    case .silverString: define("Silver string", 100, "It has never been out of tune yet.")
    case .lampOil: define("Lamp oil", 10, "An evening's worth a measure.")
    case .honeycomb: define("Honeycomb", 20, "The bees of Cantabile keep time while they work.")
    case .echoShell: define("Echo shell", 10, "It says back what the sea said, a little later.")
    case .whistle: define("Tin whistle", 0, "Everybody's first instrument.")
    case .lute: define("Lute", 0, "Pear wood and patience.")
    case .drum: define("Frame drum", 0, "A hoop, a skin, and the whole of rhythm.")
    case .bell: define("Hand bell", 0, "Its note goes on for as long as one listens.")
    }
  }

  private func define(_ name: String, _ stackMax: Int64, _ description: String) -> DefineItemKind {
    .with {
      $0.kind = rawValue
      $0.name = name
      $0.stackMax = stackMax
      $0.description_p = description
    }
  }
}

/// A region and what lies in its middle.
private struct DefaultRegion {
  var name: String
  var biome: Biome
  var description: String
  var coins: Int64 = 0
  var stacks: [ItemStack] = []
  var items: [NewItems] = []

  var plan: RegionPlan {
    .with {
      $0.name = name
      $0.description_p = description
      $0.biome = biome
      guard coins > 0 || !stacks.isEmpty || !items.isEmpty else { return }
      $0.piles = [
        .with {
          $0.offset.xMm = 50_000
          $0.offset.yMm = 50_000
          $0.coins = coins
          $0.stacks = stacks
          $0.items = items
        }
      ]
    }
  }
}

extension DefaultRegion {
  fileprivate static var all: [Self] { southernShore + lowlands + highlands + northernRim }

  private static var southernShore: [Self] {
    [
      Self(
        name: "Legato Sands", biome: .shore,
        description: "A beach without a footprint; the tide sees to that.",
        stacks: [DefaultKind.driftwood.stack(12), DefaultKind.echoShell.stack(3)]),
      Self(
        name: "Barcarole Harbour", biome: .shore,
        description: "Boats knock against the quay in six-eight time.",
        coins: 40, stacks: [DefaultKind.lampOil.stack(6)]),
      Self(
        name: "Reedwater", biome: .wetland,
        description: "Still pools, and a wind that tries every stalk in turn.",
        stacks: [DefaultKind.reed.stack(60)]),
      Self(
        name: "Pizzicato Shallows", biome: .shore,
        description: "Rain falls here one drop at a time.",
        stacks: [DefaultKind.echoShell.stack(5)]),
      Self(
        name: "Fermata Point", biome: .shore,
        description: "The land ends, holds its breath, and so do visitors.",
        items: [DefaultKind.bell.new(1)]),
    ]
  }

  private static var lowlands: [Self] {
    [
      Self(
        name: "Ostinato Mill", biome: .meadow,
        description: "The wheel turns, and turns, and turns.", coins: 25,
        stacks: [DefaultKind.driftwood.stack(4)]),
      Self(
        name: "Cantabile Meadow", biome: .meadow,
        description: "Grass to the knee and bees above it.",
        stacks: [DefaultKind.honeycomb.stack(15)]),
      Self(
        name: "Unison Square", biome: .meadow,
        description: "Where all roads meet and most songs begin.",
        coins: 200, stacks: [DefaultKind.note.stack(100)], items: [DefaultKind.whistle.new(3)]),
      Self(
        name: "Serenade Gardens", biome: .meadow,
        description: "Lamps among the hedges, and somebody under each.",
        stacks: [DefaultKind.lampOil.stack(10)], items: [DefaultKind.lute.new(1)]),
      Self(
        name: "Quaver Fen", biome: .wetland,
        description: "The ground trembles, if one stands on it long enough.",
        stacks: [DefaultKind.reed.stack(30)]),
    ]
  }

  private static var highlands: [Self] {
    [
      Self(
        name: "Basso Hollow", biome: .forest,
        description: "A valley so deep that voices arrive an octave lower.",
        items: [DefaultKind.drum.new(2)]),
      Self(
        name: "Rondo Orchard", biome: .forest,
        description: "Every path leads back to the first tree.",
        stacks: [DefaultKind.honeycomb.stack(5), DefaultKind.driftwood.stack(6)]),
      Self(
        name: "Nocturne Wood", biome: .forest,
        description: "Dusk comes early under these boughs and stays late.",
        stacks: [DefaultKind.note.stack(40)]),
      Self(
        name: "Silverstring Falls", biome: .highland,
        description: "Water plucked from a hundred ledges.",
        stacks: [DefaultKind.silverString.stack(24)]),
      Self(
        name: "Scherzo Crags", biome: .highland,
        description: "Goats, echoes, and the echoes of goats.", coins: 15,
        stacks: [DefaultKind.crystal.stack(4)]),
    ]
  }

  private static var northernRim: [Self] {
    [
      Self(
        name: "Requiem Stones", biome: .highland,
        description: "Names are carved here, and none are read aloud.",
        items: [DefaultKind.bell.new(1)]),
      Self(
        name: "Tremolo Ridge", biome: .highland,
        description: "The wind never settles on one note.",
        stacks: [DefaultKind.crystal.stack(8)]),
      Self(
        name: "Cadenza Peak", biome: .peak,
        description: "The climb is hard, and the last part is one's own.",
        items: [DefaultKind.lute.new(1)]),
      Self(
        name: "Glass Choir", biome: .peak,
        description: "Ice columns that sing when the sun reaches them.",
        stacks: [DefaultKind.crystal.stack(20)]),
      Self(
        name: "The Long Rest", biome: .peak,
        description: "Snow, and under the snow, silence."),
    ]
  }
}
