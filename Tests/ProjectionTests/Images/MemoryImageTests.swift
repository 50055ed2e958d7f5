import EventLog
import Projection
import Schema
import Testing

/// What is loaded from an image in memory, and what its rows come to, must be what the projection was.
@Suite struct MemoryImageTests {
  @Test func `what is loaded is what was written, and comes to the same`() throws {
    var almanac = Almanac()
    let image = MemoryImage()
    var position = Position.zero
    for step in [1, 2, 7, 40, 41, 400, 1_000, 3_000] as [UInt64] {
      almanac.fold(through: Position(step), after: position)
      position = Position(step)
      let expected = try StateSummary(of: &almanac)
      // As it would be, before it is: the changes are still to be taken.
      #expect(try image.summary(with: ProjectionChanges(copying: &almanac)) == expected)
      try image.write(ProjectionChanges(taking: &almanac), through: position)
      #expect(image.summary == expected)
      #expect(image.position == position)
      var loaded = Almanac()
      image.load(into: &loaded)
      #expect(loaded.contents() == Almanac.contents(foldedThrough: position))
      #expect(try StateSummary(of: &loaded) == expected)
      #expect(ProjectionChanges(copying: &loaded).isEmpty)
    }
  }

  @Test func `a projection that was loaded goes its own way`() throws {
    var almanac = Almanac(foldedThrough: Position(500))
    let image = MemoryImage()
    try image.write(ProjectionChanges(taking: &almanac), through: Position(500))
    let summary = image.summary
    var loaded = Almanac()
    image.load(into: &loaded)
    loaded.fold(through: Position(800), after: Position(500))
    #expect(
      try image.summary(with: ProjectionChanges(copying: &loaded)) == StateSummary(of: &loaded))
    #expect(image.summary == summary)
    var again = Almanac()
    image.load(into: &again)
    #expect(again.contents() == Almanac.contents(foldedThrough: Position(500)))
    // And the image its own, while what was loaded is still there.
    almanac.fold(through: Position(600), after: Position(500))
    try image.write(ProjectionChanges(taking: &almanac), through: Position(600))
    #expect(loaded.contents() == Almanac.contents(foldedThrough: Position(800)))
    #expect(image.summary != summary)
  }
}
