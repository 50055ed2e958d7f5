/// Counts of species day by day as an SVG picture: a panel for each, from nothing up to the most there were.
struct EcosystemPicture {
  /// Day by day, how many of each species there are, in thousandths.
  let days: [[Int64]]
  let names: [String]

  private static let columns = 3
  private static let (width, height) = (230, 90)
  private static let (left, top) = (10, 22)

  var svg: String {
    let rows = (names.count + Self.columns - 1) / Self.columns
    let size = (Self.columns * (Self.width + 20), rows * (Self.height + 40))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size.0) \(size.1)\""
        + " font-family=\"sans-serif\" font-size=\"11\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
    ]
    for index in names.indices { lines += panel(index) }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private func panel(_ index: Int) -> [String] {
    let x = index % Self.columns * (Self.width + 20) + Self.left
    let y = index / Self.columns * (Self.height + 40) + Self.top
    let counts = days.map { $0[index] }
    let most = max(1, counts.max() ?? 1)
    let points = counts.enumerated().map { day, count in
      let across = day * Self.width / max(1, days.count - 1)
      let down = Self.height - Int(count * Int64(Self.height) / most)
      return "\(x + across),\(y + down)"
    }
    let seasons = stride(from: 0, to: days.count, by: 14).map { day in
      let across = x + day * Self.width / max(1, days.count - 1)
      let shade = day / 14 % 4 == 3 ? "#9ab" : "#ddd"
      return "<path d=\"M\(across) \(y)v\(Self.height)\" stroke=\"\(shade)\" stroke-width=\"0.5\"/>"
    }
    return [
      "<text x=\"\(x)\" y=\"\(y - 6)\">\(names[index]): \((counts.last ?? 0) / 1_000) of at most \(most / 1_000)</text>"
    ] + seasons + [
      "<path d=\"M\(x) \(y)v\(Self.height)h\(Self.width)\" fill=\"none\" stroke=\"#888\"/>",
      "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"#286\"/>",
    ]
  }
}
