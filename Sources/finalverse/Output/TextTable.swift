/// Rows of text under one another.
enum TextTable {
  /// Lines whose columns are as wide as their widest cell; numbers to the right.
  ///
  /// - Parameters:
  ///   - rows: The heading first; all of the same length.
  ///   - leftAligned: The columns of words.
  static func lines(_ rows: [[String]], leftAligned: Set<Int>) -> [String] {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = columns.map { column in
        let cell = row[column]
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return leftAligned.contains(column) ? cell + space : space + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
