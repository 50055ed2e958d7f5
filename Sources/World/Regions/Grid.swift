package import Schema
import SwiftProtobuf

/// The plane cut into square regions: pure arithmetic, in whole millimetres.
package struct Grid: Hashable, Sendable {
  /// Regions from west to east; 1 and up.
  package let columns: Int64
  /// Regions from south to north; 1 and up.
  package let rows: Int64
  /// Side of a region, in millimetres; 1 and up.
  package let cell: Int64

  /// A grid of at least one region.
  package init(columns: Int64, rows: Int64, cell: Int64) {
    precondition(columns > 0 && rows > 0 && cell > 0, "a grid has at least one region")
    self.columns = columns
    self.rows = rows
    self.cell = cell
  }

  /// The grid of a world row; the bounds of the schema are enforced, so that no row makes
  /// arithmetic overflow.
  package init(of world: borrowing WorldRow) {
    self.init(
      columns: min(max(1, Int64(world.columns)), 1_000),
      rows: min(max(1, Int64(world.rows)), 1_000),
      cell: min(max(1, world.cellMm), 1_000_000_000))
  }

  /// From the west edge to the east edge, in millimetres.
  package var width: Int64 { columns * cell }

  /// From the south edge to the north edge, in millimetres.
  package var height: Int64 { rows * cell }

  /// How many regions there are; they are numbered from 1.
  package var count: Int64 { columns * rows }

  /// Whether there is such a region.
  package func contains(_ region: RegionID) -> Bool {
    region.rawValue >= 1 && region.rawValue <= UInt64(count)
  }

  /// Whether the place is within the world.
  ///
  /// The north and east edges are outside.
  package func contains(_ point: Point) -> Bool {
    point.xMm >= 0 && point.yMm >= 0 && point.xMm < width && point.yMm < height
  }

  /// The region of a place; for one outside the world, the nearest.
  package func region(at point: Point) -> RegionID {
    region(
      column: min(max(0, point.xMm), width - 1) / cell,
      row: min(max(0, point.yMm), height - 1) / cell)
  }

  /// The region in a column and row, both counted from 0.
  package func region(column: Int64, row: Int64) -> RegionID {
    RegionID(UInt64(1 + row * columns + column))
  }

  /// A region's column and row, both counted from 0; for a number that is no region's, those of the
  /// nearest number.
  package func cell(of region: RegionID) -> (column: Int64, row: Int64) {
    let index = Int64(min(max(1, region.rawValue), UInt64(count))) - 1
    return (index % columns, index / columns)
  }

  /// A region's south-west corner.
  package func origin(of region: RegionID) -> Point {
    let (column, row) = cell(of: region)
    return .with {
      $0.xMm = column * cell
      $0.yMm = row * cell
    }
  }

  /// Calls `body` with each of the up to eight regions around one, in the order of their numbers.
  package func forEachNeighbour(of region: RegionID, _ body: (RegionID) -> Void) {
    guard contains(region) else { return }
    let (column, row) = cell(of: region)
    for nextRow in max(0, row - 1)...min(rows - 1, row + 1) {
      for nextColumn in max(0, column - 1)...min(columns - 1, column + 1)
      where nextRow != row || nextColumn != column {
        body(self.region(column: nextColumn, row: nextRow))
      }
    }
  }

  /// The up to eight regions around one, in the order of their numbers.
  package func neighbours(of region: RegionID) -> [RegionID] {
    var found: [RegionID] = []
    forEachNeighbour(of: region) { found.append($0) }
    return found
  }
}
