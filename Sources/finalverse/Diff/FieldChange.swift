/// A field that is not as it was.
struct FieldChange: Equatable, Sendable {
  /// The names that lead to it: `from.x_mm`.
  let path: String
  /// What it was; nil when it was not set.
  ///
  /// Of a list, the elements that are gone.
  let before: FieldValue?
  /// What it is; nil when it is not set.
  ///
  /// Of a list, the elements that are new.
  let after: FieldValue?
  /// Whether it is a list, of which only what differs is told.
  let isList: Bool

  /// What differs between two messages, in the order of their fields.
  static func changes(
    from before: [FieldValue.Field], to after: [FieldValue.Field], in path: String = ""
  ) -> [FieldChange] {
    let known = Set(before.map(\.name))
    let names = before.map(\.name) + after.map(\.name).filter { !known.contains($0) }
    return names.flatMap { name in
      change(
        path + name, from: before.first { $0.name == name }?.value,
        to: after.first { $0.name == name }?.value)
    }
  }

  private static func change(
    _ path: String, from before: FieldValue?, to after: FieldValue?
  ) -> [FieldChange] {
    guard before != after else { return [] }
    switch (before, after) {
    case (.message(let before)?, .message(let after)?):
      return changes(from: before, to: after, in: path + ".")
    case (.list(let old)?, .list(let new)?): return [list(path, from: old, to: new)]
    case (.list(let old)?, nil): return [list(path, from: old, to: [])]
    case (nil, .list(let new)?): return [list(path, from: [], to: new)]
    default: return [FieldChange(path: path, before: before, after: after, isList: false)]
    }
  }

  private static func list(
    _ path: String, from old: [FieldValue], to new: [FieldValue]
  ) -> FieldChange {
    let difference = new.difference(from: old)
    let gone = difference.removals.map { $0.element }
    let added = difference.insertions.map { $0.element }
    return FieldChange(path: path, before: .list(gone), after: .list(added), isList: true)
  }
}

extension CollectionDifference.Change {
  fileprivate var element: ChangeElement {
    switch self {
    case .insert(_, let element, _), .remove(_, let element, _): element
    }
  }
}
