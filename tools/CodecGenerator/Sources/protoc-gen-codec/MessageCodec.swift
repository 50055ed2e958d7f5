import SwiftProtobufPluginLibrary

/// The codec of one message.
struct MessageCodec {
  private let message: Descriptor
  private let namer: SwiftProtobufNamer

  init(_ message: Descriptor, _ namer: SwiftProtobufNamer) {
    self.message = message
    self.namer = namer
  }

  func print(to printer: inout CodePrinter) throws {
    let fields = try message.fields.sorted { $0.number < $1.number }.map {
      try FieldCodec($0, namer)
    }
    printer.print("\nextension \(namer.fullName(message: message)): WireMessage {")
    printer.withIndentation { printer in
      printer.print("public func write(to writer: inout WireWriter) {")
      printer.withIndentation { printer in
        for field in fields { field.printWriting(to: &printer) }
        printer.print("writer.append(unknownFields)")
      }
      printer.print(
        "}\n\npublic mutating func read(from reader: inout WireReader) throws(UnusualWire) {")
      printer.withIndentation { printer in
        printer.print("while let tag = try reader.nextTag() {")
        printer.withIndentation { printer in
          printer.print("switch tag {")
          for field in fields { field.printReading(to: &printer) }
          printer.print("default: throw UnusualWire()\n}")
        }
        printer.print("}")
      }
      printer.print("}")
    }
    printer.print("}")
    for nested in message.messages where !nested.options.mapEntry {
      try MessageCodec(nested, namer).print(to: &printer)
    }
  }
}
