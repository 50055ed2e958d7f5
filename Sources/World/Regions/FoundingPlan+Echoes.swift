import Schema
import SwiftProtobuf

extension WorldFile {
  /// The rules of echoes, if they are possible; those of the built-in world if the file has none.
  func checkedEchoRules() throws(FoundingFault) -> EchoRules {
    guard hasEchoRules else { return .standard }
    guard hasClock else {
      throw FoundingField("echoRules").fault(
        "A world without a clock has no echoes; add “clock”.")
    }
    return try FoundingField("echoRules").checked { () throws(RuleFault) in
      try echoRules.checked()
    }
  }

  /// The echoes, if each is possible, with the names that they begin with.
  func checkedEchoes(_ rules: EchoRules) throws(FoundingFault) -> [EchoPlan] {
    guard hasClock || echoes.isEmpty else {
      throw FoundingField("echoes").fault("A world without a clock has no echoes; add “clock”.")
    }
    guard echoes.count <= Echoes.everMax else {
      throw FoundingField("echoes").fault(
        "There are \(echoes.count) echoes; \(Echoes.everMax) are allowed.")
    }
    var checked: [EchoPlan] = []
    var countOfRegion: [UInt32: Int] = [:]
    for (index, plan) in echoes.enumerated() {
      let field = FoundingField("echoes", index)
      guard let kind = rules.kind(plan.kind) else {
        throw field.child("kind").fault(
          "\(plan.kind) is no kind of echo; they are numbered from 1 to \(rules.kinds.count).")
      }
      try field.child("region").check(plan.region, within: 1...max(1, columns * rows))
      try field.child("name").check(plan.name, EchoPlan.nameRule)
      countOfRegion[plan.region, default: 0] += 1
      guard countOfRegion[plan.region, default: 0] <= Echoes.inRegionMax else {
        throw field.child("region").fault(
          "There are more than \(Echoes.inRegionMax) echoes in region \(plan.region).")
      }
      checked.append(
        .with {
          $0.kind = plan.kind
          $0.region = plan.region
          $0.name = plan.name.isEmpty ? kind.name : plan.name
        })
    }
    return checked
  }
}
