import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct GatheringTests {
  private func livingWorld(_ species: [Species] = [.grass(), .hare()]) throws -> WorldFixture {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    for species in species { try fixture.runAsOperator(.defineSpecies(species)) }
    return fixture
  }

  @Test func `a harvest takes from the land and gives what it yields, in one entry`() throws {
    let fixture = try livingWorld([.grass { $0.yieldQuantity = 3 }])
    let ann = try fixture.newPlayer("Ann")
    let before = fixture.population(of: 1, in: 1)
    let vitality = fixture.world.ecosystem.vitality(of: 1)
    let events = try fixture.run(.harvest(1, 5), by: ann)
    #expect(events.map(\.ecosystem.speciesHarvested.amount) == [5, 0, 0])
    #expect(events[2].progress.deedDone.deed == .harvest)
    #expect(events[1].inventory.goodsGranted.goods.stacks == [.of(Kind.reed, 15)])
    #expect(fixture.population(of: 1, in: 1).living == before.living - 5_000)
    #expect(fixture.population(of: 1, in: 1).young == before.young)
    #expect(fixture.world.inventories.inventory(of: ann)?.stack(of: Kind.reed)?.quantity == 15)
    #expect(fixture.world.ecosystem.vitality(of: 1) != vitality)
  }

  @Test func `who takes all has to wait until it grew again`() throws {
    let fixture = try livingWorld([.grass { $0.capacity = 60 }])
    let ann = try fixture.newPlayer("Ann")
    try fixture.run(.harvest(1, 36), by: ann)
    expectRejection(EcosystemRejection.tooFewThere, field: "harvest.amount") {
      try fixture.run(.harvest(1, 1), by: ann)
    }
    fixture.wait(50 * 24 * WorldFixture.second)
    #expect(fixture.population(of: 1, in: 1).harvestable > 5)
    try fixture.run(.harvest(1, 1), by: ann)
  }

  @Test func `what is planted is used up and becomes seeds`() throws {
    let fixture = try livingWorld()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.grant(to: ann, stacks: [Kind.reed: 7]))
    let before = fixture.population(of: 1, in: 1)
    let events = try fixture.run(.plant(1, 5), by: ann)
    #expect(events[0].ecosystem.speciesPlanted.quantity == 5)
    #expect(events[1].inventory.goodsConsumed.goods.stacks == [.of(Kind.reed, 5)])
    #expect(fixture.population(of: 1, in: 1).seeds == before.seeds + 20_000)
    expectRejection(InventoryRejection.notEnoughItems, field: "plant.quantity") {
      try fixture.run(.plant(1, 3), by: ann)
    }
  }

  @Test func `what cannot be is refused`() throws {
    let fixture = try livingWorld([
      .grass(), .hare(), .grass(4) { $0.biomes = [.of(.peak, 1_000)] },
      .grass(5) { ($0.capacity, $0.plantedSeeds) = (1, 1_000) },
    ])
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.grant(to: ann, stacks: [Kind.reed: 5]))
    let refusals: [(Command, EcosystemRejection, String)] = [
      (.harvest(9, 1), .noSuchSpecies, "harvest.species"),
      (.harvest(2, 1), .yieldsNothing, "harvest.species"),
      (.harvest(1, 0), .amountOutOfRange, "harvest.amount"),
      (.harvest(1, 51), .amountOutOfRange, "harvest.amount"),
      (.harvest(1, .max), .amountOutOfRange, "harvest.amount"),
      (.harvest(4, 1), .tooFewThere, "harvest.amount"),
      (.plant(9, 1), .noSuchSpecies, "plant.species"),
      (.plant(2, 1), .notPlantable, "plant.species"),
      (.plant(1, -1), .amountOutOfRange, "plant.quantity"),
      (.plant(4, 1), .unsuitableRegion, "plant.species"),
      (.plant(5, 1), .groundFull, "plant.quantity"),
    ]
    for (command, code, field) in refusals {
      expectRejection(code, field: field) { try fixture.run(command, by: ann) }
    }
    expectRejection(CommonRejection.notAllowed) { try fixture.runAsOperator(.harvest(1, 1)) }
  }

  @Test func `no room in the inventory, no harvest`() throws {
    let fixture = try livingWorld([.grass { $0.yieldQuantity = 50 }])
    let ann = try fixture.newPlayer("Ann")
    let before = fixture.population(of: 1, in: 1)
    expectRejection(InventoryRejection.noRoom, field: "harvest.amount") {
      try fixture.run(.harvest(1, 1), by: ann)
    }
    #expect(fixture.population(of: 1, in: 1) == before)
  }

  @Test func `nothing is harvested in a world without a clock`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    expectRejection(WorldClockRejection.noClock) { try fixture.run(.harvest(1, 1), by: ann) }
    #expect(!fixture.world.regionState(of: 1).hasLife)
  }
}
