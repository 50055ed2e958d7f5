import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct GridTests {
  let grid = Grid(columns: 3, rows: 2, cell: 10)

  @Test(arguments: [
    (Point.at(0, 0), RegionID(1)), (.at(9, 9), 1), (.at(10, 9), 2), (.at(29, 0), 3),
    (.at(0, 10), 4), (.at(29, 19), 6),
  ])
  func `a place within the world has a region`(place: Point, region: RegionID) {
    #expect(grid.contains(place))
    #expect(grid.region(at: place) == region)
  }

  @Test(arguments: [
    (Point.at(-1, 0), RegionID(1)), (.at(30, 0), 3), (.at(0, 20), 4), (.at(.max, .max), 6),
    (.at(.min, .min), 1),
  ])
  func `a place outside counts to the nearest region`(place: Point, region: RegionID) {
    #expect(!grid.contains(place))
    #expect(grid.region(at: place) == region)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `a region's corner lies in it`(number: UInt64) {
    let region = RegionID(number)
    #expect(grid.contains(region))
    #expect(grid.region(at: grid.origin(of: region)) == region)
  }

  @Test(
    arguments: [
      (RegionID(1), [2, 4, 5]), (2, [1, 3, 4, 5, 6]), (6, [2, 3, 5]), (0, []), (7, []),
      (RegionID(UInt64.max), []),
    ] as [(RegionID, [RegionID])])
  func `neighbours are those around, by number`(region: RegionID, expected: [RegionID]) {
    #expect(grid.neighbours(of: region) == expected)
  }

  @Test func `a region in the middle has eight neighbours`() {
    let grid = Grid(columns: 3, rows: 3, cell: 1)
    #expect(grid.neighbours(of: 5) == [1, 2, 3, 4, 6, 7, 8, 9])
  }

  @Test func `a row without sense makes a grid that does no harm`() {
    let grid = Grid(
      of: .with {
        $0.columns = .max
        $0.cellMm = .min
      })
    #expect(grid == Grid(columns: 1_000, rows: 1, cell: 1))
  }
}
