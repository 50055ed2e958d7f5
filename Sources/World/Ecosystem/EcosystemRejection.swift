/// Why nothing is done to what lives.
package enum EcosystemRejection: String, RejectionCode {
  /// The rules are not possible.
  case invalidEcosystemRules = "invalid_ecosystem_rules"
  /// The species is not possible.
  case invalidSpecies = "invalid_species"
  /// There is, or was, a species of that number.
  case speciesTaken = "species_taken"
  /// Another species is called that.
  case speciesNameTaken = "species_name_taken"
  /// There are as many species as there can be.
  case tooManySpecies = "too_many_species"
  /// There is no such species, or no longer.
  case noSuchSpecies = "no_such_species"
  /// The species yields nothing.
  case yieldsNothing = "yields_nothing"
  /// The species cannot be planted.
  case notPlantable = "not_plantable"
  /// The species does not live in such a landscape.
  case unsuitableRegion = "unsuitable_region"
  /// So many at once are not possible.
  case amountOutOfRange = "amount_out_of_range"
  /// So many are not there.
  case tooFewThere = "too_few_there"
  /// There is no room for more seeds.
  case groundFull = "ground_full"
  /// There is no such wonder, or no longer.
  case noSuchWonder = "no_such_wonder"
  /// The name is empty or too long.
  case invalidWonderName = "invalid_wonder_name"
}
