import Schema
import SwiftProtobuf

// What players take from the land, and give back to it.

extension World {
  borrowing func decide(
    _ command: Harvest, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let place = try gathering(context)
    let traits = try requireSpecies(command.species, field: "harvest.species")
    let name = ecosystem.name(of: traits.species)
    guard let kind = traits.yieldKind else {
      throw Rejection(
        EcosystemRejection.yieldsNothing, "\(name) yields nothing.", fields: "harvest.species")
    }
    try checkAmount(command.amount, field: "harvest.amount")
    var community = place.community
    let index = community.index(of: traits.species)
    var population = index.map { community.members[$0].population } ?? Population()
    guard let index, command.amount <= population.harvestable else {
      throw Rejection(
        EcosystemRejection.tooFewThere,
        "Of \(name), \(population.harvestable) can be harvested here; more have to grow first.",
        fields: "harvest.amount")
    }
    let stack = ItemStack.with {
      $0.kind = kind.number
      $0.quantity = command.amount * traits.yieldQuantity
    }
    let goods = try issue(coins: 0, stacks: [stack], items: [], in: "harvest")
    try checkRoom(of: place.player, taking: goods, context, field: "harvest.amount")
    population.harvest(command.amount)
    community.set(population, at: index)
    decision.ecosystem(
      .speciesHarvested(
        .with {
          $0.player = place.player.rawValue
          $0.region = place.region.number
          $0.amount = command.amount
          $0.cohorts = population.cohorts(of: traits.species)
          $0.vitality = community.vitality
        }))
    decision.inventory(
      .goodsGranted(
        .with {
          $0.player = place.player.rawValue
          $0.goods = goods
          $0.reason = "harvest"
        }))
  }

  borrowing func decide(
    _ command: Plant, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let place = try gathering(context)
    let traits = try requireSpecies(command.species, field: "plant.species")
    let name = ecosystem.name(of: traits.species)
    guard let kind = traits.yieldKind, traits.plantedSeeds > 0 else {
      throw Rejection(
        EcosystemRejection.notPlantable, "\(name) cannot be planted.", fields: "plant.species")
    }
    try checkAmount(command.quantity, field: "plant.quantity")
    var community = place.community
    guard let index = community.index(of: traits.species) else {
      throw Rejection(
        EcosystemRejection.unsuitableRegion, "\(name) does not grow in such a landscape.",
        fields: "plant.species")
    }
    let goods: Goods
    do throws(Rejection) {
      let stack = ItemStack.with {
        $0.kind = kind.number
        $0.quantity = command.quantity
      }
      goods = try inventories.specify(
        .with { $0.stacks = [stack] }, of: place.player, in: "plant")
    } catch {
      throw error.moved(to: "plant.quantity")
    }
    var population = community.members[index].population
    let seeds = population.seeds + command.quantity * traits.plantedSeeds * 1_000
    guard seeds <= Community.seedsMost(community.members[index].capacity) else {
      throw Rejection(
        EcosystemRejection.groundFull, "The ground has no room for so many more seeds of \(name).",
        fields: "plant.quantity")
    }
    population.seeds = seeds
    community.set(population, at: index)
    decision.ecosystem(
      .speciesPlanted(
        .with {
          $0.player = place.player.rawValue
          $0.region = place.region.number
          $0.quantity = command.quantity
          $0.cohorts = population.cohorts(of: traits.species)
          $0.vitality = community.vitality
        }))
    decision.inventory(
      .goodsConsumed(
        .with {
          $0.player = place.player.rawValue
          $0.goods = goods
        }))
  }

  /// Who gathers, where, and what lives there.
  private borrowing func gathering(
    _ context: DecisionContext
  ) throws(Rejection) -> (player: PlayerID, region: RegionID, community: Community) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    guard let point = movement.place(of: player, at: context.now) else { throw .noProfile }
    let region = regions.grid.region(at: point)
    return (player, region, community(of: region, at: time))
  }

  private borrowing func checkAmount(_ amount: Int64, field: String) throws(Rejection) {
    let most = (ecosystem.rules ?? .standard).harvestMax
    guard (1...most).contains(amount) else {
      throw Rejection(
        EcosystemRejection.amountOutOfRange,
        "It is 1 to \(most) at once; \(amount) is not possible.",
        fields: field)
    }
  }
}
