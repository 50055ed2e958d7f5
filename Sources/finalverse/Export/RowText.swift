/// Rows as lines of text: comma-separated values, or JSON.
enum RowText {
  /// A line of comma-separated values, as RFC 4180 has them, but with a line feed alone at the end.
  ///
  /// Nothing between two commas is no value; text of no length is a pair of quotes.
  static func appendCSV(_ row: borrowing ExportRow, to line: inout [UInt8]) {
    for (index, cell) in row.cells.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      switch cell {
      case .null: break
      case .integer(let value): line.append(contentsOf: String(value).utf8)
      case .unsigned(let value): line.append(contentsOf: String(value).utf8)
      case .flag(let flag): line.append(contentsOf: (flag ? "true" : "false").utf8)
      case .name(let name): line.append(contentsOf: name.utf8)
      case .text(let range): appendQuotedIfNeeded(row.texts[range], to: &line)
      case .bytes(let range): appendHexadecimal(row.texts[range], to: &line)
      }
    }
    line.append(UInt8(ascii: "\n"))
  }

  private static func appendQuotedIfNeeded(_ text: ArraySlice<UInt8>, to line: inout [UInt8]) {
    let isPlain =
      !text.isEmpty
      && text.allSatisfy {
        $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 >= 0x20
      }
    if isPlain, text.first != 0x20, text.last != 0x20 {
      line.append(contentsOf: text)
      return
    }
    line.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") { line.append(byte) }
      line.append(byte)
    }
    line.append(UInt8(ascii: "\""))
  }

  /// A line of JSON: an object with a member for each column.
  ///
  /// - Parameter heads: For each column what stands before its value: `{"name":`, `,"name":`.
  static func appendJSON(
    _ row: borrowing ExportRow, heads: [[UInt8]], to line: inout [UInt8]
  ) {
    for (index, cell) in row.cells.enumerated() {
      line.append(contentsOf: heads[index])
      switch cell {
      case .null: line.append(contentsOf: "null".utf8)
      case .integer(let value): line.append(contentsOf: String(value).utf8)
      case .unsigned(let value): line.append(contentsOf: String(value).utf8)
      case .flag(let flag): line.append(contentsOf: (flag ? "true" : "false").utf8)
      case .name(let name): appendString(name.utf8, to: &line)
      case .text(let range): appendString(row.texts[range], to: &line)
      case .bytes(let range):
        line.append(UInt8(ascii: "\""))
        appendHexadecimal(row.texts[range], to: &line)
        line.append(UInt8(ascii: "\""))
      }
    }
    line.append(contentsOf: "}\n".utf8)
  }

  private static func appendString(_ text: some Sequence<UInt8>, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case 0..<0x20:
        line.append(contentsOf: "\\u00".utf8)
        appendHexadecimal(CollectionOfOne(byte), to: &line)
      default: line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\""))
  }

  private static func appendHexadecimal(_ bytes: some Sequence<UInt8>, to line: inout [UInt8]) {
    for byte in bytes {
      for digit in [byte >> 4, byte & 0xF] {
        line.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }
}
