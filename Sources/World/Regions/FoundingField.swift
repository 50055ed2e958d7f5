/// A place in a world file, and what is checked there.
struct FoundingField {
  private let path: String

  init(_ path: String) {
    self.path = path
  }

  init(_ path: String, _ index: Int) {
    self.path = "\(path)[\(index)]"
  }

  func child(_ name: String) -> Self {
    Self("\(path).\(name)")
  }

  func child(_ name: String, _ index: Int) -> Self {
    Self("\(path).\(name)", index)
  }

  func fault(_ message: String) -> FoundingFault {
    FoundingFault(path: path, message: message)
  }

  /// A fault of goods or kinds, at its own field or at another that stands for it here.
  func fault(_ fault: GoodsFault, at other: String? = nil) -> FoundingFault {
    let name = other ?? (fault.field == "stack_max" ? "stackMax" : fault.field)
    return child(name).fault(fault.message)
  }

  /// A fault of a system's rules, at its own field.
  func fault(_ fault: RuleFault) -> FoundingFault {
    child(fault.field.inCamelCase).fault(fault.message)
  }

  func check<Number: BinaryInteger>(
    _ value: Number, within range: ClosedRange<Number>
  ) throws(FoundingFault) {
    guard range.contains(value) else {
      throw fault("\(value) is not possible; \(range.lowerBound) to \(range.upperBound) is.")
    }
  }

  func check(_ text: String, _ rule: TextRule) throws(FoundingFault) {
    if let found = rule.fault(in: text) { throw fault("The text \(found).") }
  }
}

extension String {
  /// A name in snake case, as it is in JSON.
  fileprivate var inCamelCase: String {
    var words = split(separator: "_")
    let first = words.isEmpty ? "" : String(words.removeFirst())
    return words.reduce(first) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }
}
