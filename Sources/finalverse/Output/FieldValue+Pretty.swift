extension FieldValue {
  /// The value as JSON for people to read and edit: what fits on a line stands on one.
  ///
  /// - Parameter width: Columns a line should not exceed.
  func prettyJSON(width: Int = 100) -> String {
    pretty(indent: 0, after: 0, width: width)
  }

  /// - Parameters:
  ///   - indent: Columns in front of the line that the value begins on.
  ///   - lead: Columns of the name before it.
  private func pretty(indent: Int, after lead: Int, width: Int) -> String {
    let line = jsonLine
    if indent + lead + line.count <= width { return line }
    let margin = String(repeating: " ", count: indent + 2)
    func block(_ open: String, _ lines: [String], _ close: String) -> String {
      let end = String(repeating: " ", count: indent)
      return open + "\n" + lines.map { margin + $0 }.joined(separator: ",\n") + "\n" + end + close
    }
    switch self {
    case .list(let values):
      return block("[", values.map { $0.pretty(indent: indent + 2, after: 0, width: width) }, "]")
    case .message(let fields):
      let lines = fields.map { field in
        let name = JSONText.string(field.name).text + ": "
        return name + field.value.pretty(indent: indent + 2, after: name.count, width: width)
      }
      return block("{", lines, "}")
    case .number, .text, .flag, .null: return line
    }
  }

  private var jsonLine: String {
    switch self {
    case .number(let digits): digits
    case .text(let text): JSONText.string(text).text
    case .flag(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list(let values): "[" + values.map(\.jsonLine).joined(separator: ", ") + "]"
    case .message(let fields):
      "{"
        + fields.map { JSONText.string($0.name).text + ": " + $0.value.jsonLine }
        .joined(separator: ", ") + "}"
    }
  }
}
