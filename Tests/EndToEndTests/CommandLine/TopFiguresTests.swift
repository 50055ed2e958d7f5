import Metrics
import Testing

@testable import finalverse

@Suite struct TopFiguresTests {
  @Test(
    arguments: [
      ("http://127.0.0.1:7777", "http://127.0.0.1:7777"),
      ("http://127.0.0.1:7777/metrics", "http://127.0.0.1:7777"),
      ("ws://example.org:80/ws", "http://example.org:80"),
      ("http://example.org/", "http://example.org:80"),
      ("http://[::1]:7777", "http://[::1]:7777"), ("HTTP://[::1]", "http://[::1]:80"),
      ("localhost:7777", "http://localhost:7777"), ("https://a", "https://a:443"),
      ("wss://example.org:7777/ws", "https://example.org:7777"),
    ])
  func `an address is read`(text: String, address: String) {
    #expect(MetricsAddress(text)?.description == address)
  }

  @Test(
    arguments: [
      "", "httpss://a", "ftp://a", "http://", "http://a:0", "http://a:b", "http://a/other",
      "http://::1", "http://a b",
    ])
  func `what is no address is refused`(text: String) {
    #expect(MetricsAddress(text) == nil)
  }

  /// Two seconds of a server.
  private static func figures(startedAgain: Bool = false) throws -> TopFigures {
    func text(_ started: Int, _ times: Int, late: Int) -> String {
      """
      process_start_time_seconds \(started)
      finalverse_world_info{world="Aria",log_id="x"} 1
      finalverse_accepting_commands 1
      finalverse_log_position \(1_000 * times)
      finalverse_entries_total \(100 * times)
      finalverse_commands_total{system="trade",command="accept_trade",outcome="accepted"} \(20 * times)
      finalverse_commands_total{system="trade",command="accept_trade",outcome="rejected"} \(4 * times)
      finalverse_commands_total{system="movement",command="start_move",outcome="accepted"} \(80 * times)
      finalverse_commands_total{system="movement",command="stop_move",outcome="accepted"} 7
      finalverse_rejections_total{code="terms_changed"} \(4 * times)
      finalverse_goodbyes_total{code="too_slow"} \(late)
      finalverse_commit_seconds_bucket{le="0.001"} \(50 * times)
      finalverse_commit_seconds_bucket{le="0.01"} \(100 * times)
      finalverse_commit_seconds_bucket{le="+Inf"} \(100 * times)
      finalverse_commit_seconds_sum \(times)
      finalverse_commit_seconds_count \(100 * times)
      finalverse_image_lag_entries{projection="trades"} 5
      finalverse_image_lag_entries{projection="players"} 700
      """
    }
    return TopFigures(
      from: try MetricsReading(text(1, 1, late: 0)),
      to: try MetricsReading(text(startedAgain ? 2 : 1, 3, late: 2)), seconds: 2)
  }

  @Test func `rates are what came, by the time it took`() throws {
    let figures = try Self.figures()
    #expect(figures.world == "Aria")
    #expect(figures.rate("finalverse_entries_total") == 100)
    #expect(figures.rate("finalverse_absent_total") == 0)
    #expect(figures.commands.map(\.name) == ["movement.start_move", "trade.accept_trade"])
    #expect(figures.commands.map(\.accepted) == [80, 20])
    #expect(figures.commands.map(\.rejected) == [0, 4])
    #expect(figures.histogram("finalverse_commit_seconds").quantile(0.5) == 0.001)
    #expect(figures.furthestBehind?.code == "players")
  }

  @Test func `a server that was started again is not taken for the old one`() throws {
    let figures = try Self.figures(startedAgain: true)
    #expect(figures.rate("finalverse_entries_total") == 0)
    #expect(figures.commands.isEmpty)
  }

  @Test func `the screen fits a terminal of 80 columns and 24 lines, and tells of trouble`() throws
  {
    let address = MetricsAddress.standard
    let lines = try Self.figures().screen(of: address, at: 3_601)
    #expect(lines.count <= 23)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[0].hasPrefix("Aria at http://127.0.0.1:7777, up 1 h 0 min"))
    #expect(lines.contains("trouble   closed too_slow 1/s"))
    #expect(lines.contains { $0.contains("700 entries behind (players)") })
    #expect(lines.contains("refused   terms_changed 4/s"))
    let drawing = TopView.drawing(["one", "two"], isFirst: false)
    #expect(drawing == "\u{1B}[Hone\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J")
  }

  @Test func `lines have a heading now and then`() throws {
    let figures = try Self.figures()
    let first = TopView.lines.text(figures, of: .standard, number: 0)
    #expect(first.split(separator: "\n").count == 2)
    #expect(TopView.lines.text(figures, of: .standard, number: 1).split(separator: "\n").count == 1)
    #expect(TopFigures.heading.count == figures.row.count)
  }
}
