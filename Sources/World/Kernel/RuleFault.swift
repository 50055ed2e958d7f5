/// What is wrong with a rule of a system.
struct RuleFault: Error, Equatable {
  /// The field of the rules, in snake case.
  let field: String
  /// A sentence for a person.
  let message: String

  /// Makes sure that a number is within a range.
  static func check<Number: BinaryInteger>(
    _ value: Number, _ field: String, within range: ClosedRange<Number>
  ) throws(RuleFault) {
    guard !range.contains(value) else { return }
    throw RuleFault(
      field: field,
      message: "\(field) is \(range.lowerBound) to \(range.upperBound); \(value) is not possible.")
  }

  /// Makes sure that a text follows a rule.
  static func check(_ text: String, _ field: String, _ rule: TextRule) throws(RuleFault) {
    guard let fault = rule.fault(in: text) else { return }
    throw RuleFault(field: field, message: "In \(field) a text \(fault).")
  }
}

extension FoundingField {
  /// The rules of a system, if they are possible; this is the file's field that has them.
  func checked<Rules>(_ rules: () throws(RuleFault) -> Rules) throws(FoundingFault) -> Rules {
    do throws(RuleFault) {
      return try rules()
    } catch {
      throw fault(error)
    }
  }
}
