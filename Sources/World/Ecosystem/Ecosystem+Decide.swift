import Projection
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about what lives.
  package borrowing func decide(
    _ command: EcosystemCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .harvest(let command): try decide(command, context, &decision)
    case .plant(let command): try decide(command, context, &decision)
    case .defineSpecies(let command): try decide(command, context, &decision)
    case .retireSpecies(let command):
      let traits = try requireSpecies(command.species, field: "retire_species.species")
      decision.ecosystem(.speciesRetired(.with { $0.species = traits.species.number }))
    case .setEcosystemRules(let command): try decide(command, context, &decision)
    case .nameWonder(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  /// The numbers of a species that a request names.
  ///
  /// - Throws: `no_such_species`.
  borrowing func requireSpecies(
    _ number: UInt32, field: String
  ) throws(Rejection) -> SpeciesTraits {
    if let traits = ecosystem.traits(of: SpeciesID(number)) { return traits }
    throw Rejection(
      EcosystemRejection.noSuchSpecies,
      "There is no species \(number) in the world. The species can be asked for.", fields: field)
  }

  private borrowing func decide(
    _ command: DefineSpecies, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    _ = try requireTime(context)
    let path = "define_species.species"
    let species: Species
    do throws(RuleFault) {
      species = try command.species.checked()
    } catch {
      throw Rejection(
        EcosystemRejection.invalidSpecies, error.message, fields: "\(path).\(error.field)")
    }
    guard ecosystem.row(of: SpeciesID(species.species)) == nil else {
      throw Rejection(
        EcosystemRejection.speciesTaken,
        "There is a species \(species.species) already, or was one; choose another number.",
        fields: "\(path).species")
    }
    let name = species.name.lowercased()
    if let other = ecosystem.traits.first(where: {
      ecosystem.name(of: $0.species).lowercased() == name
    }) {
      throw Rejection(
        EcosystemRejection.speciesNameTaken, "Species \(other.species) is called that already.",
        fields: "\(path).name")
    }
    guard ecosystem.traits.count < Ecosystem.speciesMax,
      ecosystem.species.count < Ecosystem.speciesEverMax
    else {
      throw Rejection(
        EcosystemRejection.tooManySpecies,
        """
        A world has at most \(Ecosystem.speciesMax) species at a time, and \
        \(Ecosystem.speciesEverMax) ever.
        """, fields: "\(path).species")
    }
    for prey in species.eats { _ = try requireSpecies(prey, field: "\(path).eats") }
    if species.yieldKind != 0, inventories.stackMax(of: ItemKindID(species.yieldKind)) ?? 0 == 0 {
      throw Rejection(
        EcosystemRejection.invalidSpecies,
        "\(species.yieldKind) is no kind of items that share a slot.",
        fields: "\(path).yield_kind")
    }
    decision.ecosystem(.speciesDefined(.with { $0.species = species }))
  }

  private borrowing func decide(
    _ command: SetEcosystemRules, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let time = try requireTime(context)
    let rules: EcosystemRules
    do throws(RuleFault) {
      rules = try command.rules.checked()
    } catch {
      throw Rejection(
        EcosystemRejection.invalidEcosystemRules, error.message,
        fields: "set_ecosystem_rules.rules.\(error.field)")
    }
    let count = UInt32(clamping: regions.grid.count)
    decision.ecosystem(.ecosystemRulesSet(.beginning(rules, regions: count, at: time)))
  }

  private borrowing func decide(
    _ command: NameWonder, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let wonder = ecosystem.wonders[WonderID(command.wonder)] else {
      throw Rejection(
        EcosystemRejection.noSuchWonder, "There is no wonder \(command.wonder); it may be gone.",
        fields: "name_wonder.wonder")
    }
    if let fault = TextRule(characters: 1...60).fault(in: command.name) {
      throw Rejection(
        EcosystemRejection.invalidWonderName, "The name \(fault).", fields: "name_wonder.name")
    }
    decision.ecosystem(
      .wonderNamed(
        .with {
          $0.wonder = wonder.wonder
          $0.species = wonder.species
          $0.region = wonder.region
          $0.name = command.name
        }))
  }
}
