import Schema
import World

extension NameBook {
  func sentence(_ event: EcosystemEvent.OneOf_Event) -> String {
    switch event {
    case .ecosystemRulesSet: "the rules of the ecosystem were set"
    case .speciesDefined(let event): "\(event.species.name) came into the world"
    case .speciesRetired(let event): "\(species(event.species)) was taken out of the world"
    case .populationsChanged(let event): sentence(event)
    case .speciesHarvested(let event):
      "\(player(event.player)) harvested \(Figures.count(event.amount))"
        + " \(species(event.cohorts.species))"
        + " in \(region(event.region)), where \(Population(event.cohorts).living.asCount) are left"
    case .speciesPlanted(let event):
      "\(player(event.player)) planted \(Figures.count(event.quantity))"
        + " of \(species(event.cohorts.species))"
        + " in \(region(event.region))"
    case .wonderAppeared(let event):
      "a wonder appeared in \(region(event.region)): \(species(event.species))"
    case .wonderNamed(let event):
      "the \(species(event.species)) in \(region(event.region)) was named \(event.name)"
    case .wonderGone(let event):
      "the \(species(event.species)) in \(region(event.region))"
        + (event.name.isEmpty ? "" : ", \(event.name),") + " is gone"
    }
  }

  private func sentence(_ event: PopulationsChanged) -> String {
    let counts = event.populations.map {
      "\(Population($0).living.asCount) \(species($0.species))"
    }
    let arrived = event.migrations.filter { $0.moved >= 1_000 }
      .map { "\($0.moved.asCount) \(species($0.cohorts.species))" }
    return "life in \(region(event.region)) went on: "
      + (counts.isEmpty ? "as before" : counts.joined(separator: ", "))
      + (arrived.isEmpty
        ? "" : "; to \(region(event.neighbour)) went \(arrived.joined(separator: ", "))")
  }
}
