import Schema
import SwiftProtobuf

/// A row that is not as it was.
struct RowChange: Sendable {
  /// In which way.
  enum Way: String, CaseIterable, Sendable {
    /// There was none.
    case added
    /// There is none any more.
    case removed
    /// Fields of it are others.
    case changed
  }

  /// The projection, the table, and the row's key in it.
  let place: (projection: String, table: String, key: String)
  /// In which way.
  let way: Way
  /// The row as it was, by the names of its fields; empty when there was none.
  let before: [FieldValue.Field]
  /// The row as it is; empty when there is none.
  let after: [FieldValue.Field]
  /// The row as it was and as it is, as protobuf's JSON has it.
  let json: (before: String?, after: String?)

  private static let options = {
    var options = JSONEncodingOptions()
    options.alwaysPrintInt64sAsNumbers = true
    options.preserveProtoFieldNames = true
    return options
  }()

  /// Compares two rows of one key; nil when they are the same.
  init?<Row: Message & Equatable>(
    _ place: (projection: String, table: String, key: String), from before: Row?, to after: Row?
  ) {
    guard let way = Way(from: before, to: after) else { return nil }
    self.place = place
    self.way = way
    self.before = Self.fields(of: before)
    self.after = Self.fields(of: after)
    json = (try? before?.jsonString(), try? after?.jsonString())
  }

  private static func fields(of row: (some Message)?) -> [FieldValue.Field] {
    guard let json: [UInt8] = try? row?.jsonUTF8Bytes(options: options),
      case .message(let fields)? = FieldValue(json: json)
    else { return [] }
    return fields
  }

  /// Whether the row names the thing, or did.
  func mentions(_ wanted: EntryFilter.Wanted) -> Bool {
    before.contains { $0.mentions(wanted) } || after.contains { $0.mentions(wanted) }
  }

  /// What differs, field by field.
  var fields: [FieldChange] { FieldChange.changes(from: before, to: after) }
}

extension RowChange.Way {
  /// In which way two rows of one key differ; nil when they do not.
  init?<Row: Equatable>(from before: Row?, to after: Row?) {
    switch (before, after) {
    case (nil, .some): self = .added
    case (.some, nil): self = .removed
    case (.some(let before), .some(let after)) where before != after: self = .changed
    default: return nil
    }
  }
}
