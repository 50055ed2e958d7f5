import Schema

extension WorldFile {
  func checkedEcosystem() throws(FoundingFault) -> EcosystemRules {
    guard hasEcosystem else { return .standard }
    guard hasClock else {
      throw FoundingField("ecosystem").fault(
        "Nothing lives in a world without a clock; add “clock”.")
    }
    do throws(RuleFault) {
      return try ecosystem.checked()
    } catch {
      throw FoundingField("ecosystem").fault(error)
    }
  }

  /// The species, if each is possible, and what it eats and yields exists.
  func checkedSpecies(
    _ kinds: [UInt32: ItemKindDefined]
  ) throws(FoundingFault) -> [Species] {
    guard species.isEmpty || hasClock else {
      throw FoundingField("species").fault("Nothing lives in a world without a clock; add “clock”.")
    }
    guard species.count <= Ecosystem.speciesMax else {
      throw FoundingField("species").fault(
        "There are \(species.count) species; \(Ecosystem.speciesMax) are allowed.")
    }
    var checked: [Species] = []
    var indexOfNumber: [UInt32: Int] = [:]
    var indexOfName: [String: Int] = [:]
    for (index, one) in species.enumerated() {
      let field = FoundingField("species", index)
      do throws(RuleFault) {
        checked.append(try one.checked())
      } catch {
        throw field.fault(error)
      }
      if let other = indexOfNumber.updateValue(index, forKey: one.species) {
        throw field.child("species").fault("\(one.species) is the number of species[\(other)].")
      }
      if let other = indexOfName.updateValue(index, forKey: one.name.lowercased()) {
        throw field.child("name").fault("“\(one.name)” is the name of species[\(other)].")
      }
      if one.yieldKind != 0, kinds[one.yieldKind]?.stackMax ?? 0 == 0 {
        throw field.child("yieldKind").fault(
          "\(one.yieldKind) is no kind of items that share a slot.")
      }
    }
    for (index, one) in checked.enumerated() {
      for prey in one.eats where indexOfNumber[prey] == nil {
        throw FoundingField("species", index).child("eats").fault("There is no species \(prey).")
      }
    }
    return checked
  }
}
