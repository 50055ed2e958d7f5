import SwiftProtobufPluginLibrary

/// The codec of one field: statements within those of its message.
struct FieldCodec {
  /// How a value looks on the wire.
  private enum Shape: UInt32 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
  }

  private let field: FieldDescriptor
  private let names: SwiftProtobufNamer.MessageFieldNames
  private let shape: Shape
  /// What reader and writer call a value of this type.
  private let kind: String
  /// The Swift type of a message or an enum.
  private let typeName: String
  /// The property of the oneof that the field belongs to; nil when it belongs to none.
  private let oneof: String?

  init(_ field: FieldDescriptor, _ namer: SwiftProtobufNamer) throws {
    self.field = field
    names = namer.messagePropertyNames(
      field: field, prefixed: "", includeHasAndClear: field.hasPresence && !field.isRepeated)
    oneof = field.realContainingOneof.map {
      namer.messagePropertyName(oneof: $0, prefixed: "").name
    }
    (shape, kind) = try Self.wireType(of: field)
    if let message = field.messageType {
      typeName = namer.fullName(message: message)
    } else {
      typeName = field.enumType.map { namer.fullName(enum: $0) } ?? ""
    }
  }

  private static func wireType(of field: FieldDescriptor) throws -> (Shape, kind: String) {
    switch field.type {
    case .uint64: (.varint, "uint64")
    case .uint32: (.varint, "uint32")
    case .int64: (.varint, "int64")
    case .bool: (.varint, "bool")
    case .enum: (.varint, "enumeration")
    case .fixed64: (.fixed64, "fixed64")
    case .string: (.lengthDelimited, "string")
    case .message where !field.isMap: (.lengthDelimited, "message")
    default: throw Unsupported(description: "\(field.fullName): add its type to FieldCodec.")
    }
  }

  private var isPacked: Bool { field.isRepeated && shape != .lengthDelimited }
  private var tag: UInt32 {
    UInt32(field.number) << 3 | (isPacked ? Shape.lengthDelimited : shape).rawValue
  }

  // MARK: Writing

  func printWriting(to printer: inout CodePrinter) {
    let name = names.name
    if isPacked {
      printer.print("writer.packed(\(name), tag: \(tag)) { $0.\(kind)($1) }")
    } else if field.isRepeated {
      printer.print("for value in \(name) { writer.\(kind)(value, tag: \(tag)) }")
    } else if let oneof {
      printer.print(
        "if case .\(name)(let value)? = \(oneof) { writer.\(kind)(value, tag: \(tag)) }")
    } else if field.hasPresence {
      printer.print("if \(names.has) { writer.\(kind)(\(name), tag: \(tag)) }")
    } else {
      printer.print("if \(isSet(name)) { writer.\(kind)(\(name), tag: \(tag)) }")
    }
  }

  private func isSet(_ name: String) -> String {
    switch kind {
    case "bool": name
    case "string": "!\(name).isEmpty"
    case "enumeration": "\(name).rawValue != 0"
    default: "\(name) != 0"
    }
  }

  // MARK: Reading

  func printReading(to printer: inout CodePrinter) {
    let argument = kind == "message" || kind == "enumeration" ? "\(typeName).self" : ""
    let value = "try reader.\(kind)(\(argument))"
    let name = names.name
    printer.print("case \(tag):")
    printer.withIndentation { printer in
      if isPacked {
        printer.print("let end = try reader.begin()")
        printer.print("while reader.position < reader.end { \(name).append(\(value)) }")
        printer.print("try reader.finish(end)")
      } else if field.isRepeated {
        printer.print("\(name).append(\(value))")
      } else if let oneof {
        // Of two, the last would count, and two messages be merged: the library knows how.
        printer.print("guard \(oneof) == nil else { throw UnusualWire() }")
        printer.print("\(oneof) = .\(name)(\(value))")
      } else if kind == "message" {
        printer.print("guard !\(names.has) else { throw UnusualWire() }")
        printer.print("\(name) = \(value)")
      } else {
        printer.print("\(name) = \(value)")
      }
    }
  }
}
