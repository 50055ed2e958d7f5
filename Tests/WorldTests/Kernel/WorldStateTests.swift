import Schema
import Testing

@testable import World

@Suite struct WorldStateTests {
  let fixture: WorldFixture

  init() throws {
    fixture = try WorldFixture()
  }

  @Test func `one's own state is there from the first sign-in on`() throws {
    let ann = try fixture.enrol()
    let state = fixture.world.ownState(of: ann, at: fixture.now)
    #expect(state.presence.player == ann.rawValue)
    #expect(!state.hasProfile && !state.hasInventory && !state.hasMovement)
    try fixture.run(.createProfile("Ann", home: 2), by: ann)
    let later = fixture.world.ownState(of: ann, at: fixture.now)
    #expect(later.profile.name == "Ann")
    #expect(later.inventory.coins == 100)
    #expect(later.movement.region == 2 && later.presence.region == 2)
  }

  @Test func `one's own state has one's open trades`() throws {
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    try fixture.run(.offer(.of(coins: 5), to: ben), by: ann)
    for player in [ann, ben] {
      #expect(
        fixture.world.ownState(of: player, at: fixture.now).trades.map(\.proposer) == [ann.rawValue]
      )
    }
  }

  @Test func `a region's state is who and what is in it`() throws {
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    try fixture.disconnect(ben)
    let state = fixture.world.regionState(of: 1)
    #expect(state.region.name == "Prelude")
    #expect(state.players.map(\.player) == [ann.rawValue])
    #expect(state.piles.map(\.pile) == [2])
    #expect(fixture.world.regionState(of: 6).piles.isEmpty)
  }
}
