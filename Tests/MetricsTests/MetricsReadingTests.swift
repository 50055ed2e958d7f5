import Testing

@testable import Metrics

@Suite struct MetricsReadingTests {
  @Test func `what was written is read`() throws {
    var text = MetricsText()
    let odd = "one\\two\n\"three\", }"
    text.family(
      "a_total", .counter, "odd\nhelp",
      [.init(1, ("name", odd)), .init(2, ("name", "x"), ("other", "y")), .init(3)])
    let reading = try MetricsReading(text.text)
    #expect(
      reading.samples(of: "a_total") == [
        .init(labels: ["name": odd], value: 1),
        .init(labels: ["name": "x", "other": "y"], value: 2), .init(labels: [:], value: 3),
      ])
    #expect(reading.sum(of: "a_total", where: "name", is: "x") == 2)
    #expect(reading.sum(of: "a_total", where: "name", is: "z") == nil)
    #expect(reading.value(of: "b") == nil)
  }

  @Test func `a histogram that was written is read`() throws {
    let histogram = Histogram.ofLatencies()
    for value in [.microseconds(50), .milliseconds(3), .seconds(60)] as [Duration] {
      histogram.record(value)
    }
    var text = MetricsText()
    text.histogram("a_seconds", "How long.", histogram.contents)
    #expect(try MetricsReading(text.text).histogram("a_seconds") == histogram.contents)
    #expect(try MetricsReading(text.text).histogram("a") == nil)
  }

  @Test(
    arguments: [
      "a", "a ", "a{", "a{b} 1", "a{b=\"c} 1", "a{b=\"c\"", "a{b=\"c\"d=\"e\"} 1", "a one", " 1",
      "a{b=\"\\",
    ])
  func `what is none is refused with its line`(line: String) {
    #expect(throws: MetricsReading.Fault(line: 2)) { try MetricsReading("# a\n\(line)\nb 1\n") }
  }

  @Test func `times and comments are passed over`() throws {
    let reading = try MetricsReading("\n# HELP a b\na  1.5 1395066363000\nb +Inf")
    #expect(reading.value(of: "a") == 1.5)
    #expect(reading.value(of: "b") == .infinity)
  }
}
