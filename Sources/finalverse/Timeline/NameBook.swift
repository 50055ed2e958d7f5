import EventLog
import Schema
import World

/// What players, regions and kinds of items were called as of an entry, learnt from the log on the way.
struct NameBook: Sendable {
  /// The kinds of events that it learns from.
  static let kinds: Set<EventKind> = [
    "ProfileCreated", "ProfileChanged", "RegionNamed", "ItemKindDefined", "SpeciesDefined",
    "EchoPlaced",
  ].reduce(into: []) { $0.formUnion(EventCatalogue.schema.kinds(named: $1)) }

  private var players: [UInt64: String] = [:]
  private var regions: [UInt32: String] = [:]
  private var itemKinds: [UInt32: String] = [:]
  private var speciesNames: [UInt32: String] = [:]
  private var echoes: [UInt64: String] = [:]

  /// Knows no name yet.
  init() {}

  /// Learns a name if the event gives one.
  mutating func note(_ event: Event) {
    switch event.system {
    case .players(let event):
      if case .profileCreated(let created)? = event.event { players[created.player] = created.name }
      if case .profileChanged(let changed)? = event.event, changed.hasName {
        players[changed.player] = changed.name
      }
    case .regions(let event):
      if case .regionNamed(let named)? = event.event { regions[named.region] = named.name }
    case .inventory(let event):
      if case .itemKindDefined(let defined)? = event.event {
        itemKinds[defined.kind] = defined.name
      }
    case .ecosystem(let event):
      if case .speciesDefined(let defined)? = event.event {
        speciesNames[defined.species.species] = defined.species.name
      }
    case .echoes(let event):
      if case .echoPlaced(let placed)? = event.event { echoes[placed.echo] = placed.name }
    default: break
    }
  }

  /// `Mira (player 1000)`.
  func player(_ number: UInt64) -> String { Label.player(number, players[number]) }

  /// `Reed Lake (region 3)`.
  func region(_ number: UInt32) -> String { Label.region(UInt64(number), regions[number]) }

  /// `Chime grass`.
  func species(_ number: UInt32) -> String { speciesNames[number] ?? "species \(number)" }

  /// `Lumi (echo 1)`.
  func echo(_ number: UInt64) -> String { Label.echo(number, echoes[number]) }

  /// `Lute no. 7`.
  func item(_ item: UInt64, ofKind kind: UInt32) -> String {
    "\(itemKinds[kind] ?? "item of kind \(kind)") no. \(item)"
  }

  /// `12 coins, 3 × Reed and Lute no. 7`.
  func goods(_ goods: Goods) -> String {
    goods.described { itemKinds[$0.number] ?? "item of kind \($0)" }
  }
}
