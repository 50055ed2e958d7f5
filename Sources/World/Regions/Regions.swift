import EventLog
package import Projection
package import Schema

/// The world's ground: its grid, its rules and the names of its regions.
///
/// A world is founded once, by the first entry of its log (see ``Founding``), and what is founded
/// stays: the grid and the rules are the frame in which every other system counts. The world file
/// that they came from is not read again; the log is enough.
///
/// It is not: who or what is in a region. Movement knows where players are, Presence who of them is
/// connected, Inventory what lies about.
package struct Regions: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "regions"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  var worlds = Table<SingleKey, WorldRow>("world")
  var regions = Table<RegionID, RegionRow>("regions")

  /// The world as founded; empty before.
  ///
  /// Derived from its row.
  package private(set) var world = WorldRow()
  /// The rules as founded; all 0 before.
  ///
  /// Derived from the world's row.
  package private(set) var rules = WorldRules()
  /// The grid as founded; a single region of a millimetre before.
  ///
  /// Derived from the world's row.
  package private(set) var grid = Grid(columns: 1, rows: 1, cell: 1)

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&worlds)
    try visitor.visit(&regions)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    world = worlds[.only] ?? WorldRow()
    rules = world.rules
    grid = Grid(of: world)
  }

  /// Whether the world has begun.
  package var isFounded: Bool { !worlds.isEmpty }

  /// The region's name and description; nil when there is no such region.
  package borrowing func row(of region: RegionID) -> RegionRow? {
    regions[region]
  }

  /// What the ground of a region is; a meadow where nothing was said.
  package borrowing func biome(of region: RegionID) -> Biome {
    let biome = regions.withRow(region) { $0.biome } ?? .meadow
    return Biome.known.contains(biome) ? biome : .meadow
  }

  /// The region of a number that somebody wrote; `field` is the request's field that has it.
  ///
  /// - Throws: `no_such_region`.
  package borrowing func require(_ number: UInt32, field: String) throws(Rejection) -> RegionID {
    let region = RegionID(number)
    guard grid.contains(region) else {
      throw Rejection(
        CommonRejection.noSuchRegion,
        "There is no region \(number); they are numbered from 1 to \(grid.count).", fields: field)
    }
    return region
  }
}
