import Testing

@testable import Metrics

/// The text is compared with what Prometheus's documentation says of its format.
@Suite struct MetricsTextTests {
  @Test func `a metric is its help, its type and its numbers`() {
    var text = MetricsText()
    text.counter("a_total", "How many.", 12)
    text.gauge("b", "How high.", -3)
    #expect(
      text.text == """
        # HELP a_total How many.
        # TYPE a_total counter
        a_total 12
        # HELP b How high.
        # TYPE b gauge
        b -3

        """)
  }

  @Test func `help escapes backslashes and line feeds; labels escape quotes too`() {
    var text = MetricsText()
    text.family(
      "a", .gauge, "one\\two\n\"three\"", [.init(1, ("name", "one\\two\n\"three\""), ("b", ""))])
    #expect(
      text.text == """
        # HELP a one\\\\two\\n"three"
        # TYPE a gauge
        a{name="one\\\\two\\n\\"three\\"",b=""} 1

        """)
  }

  @Test func `a histogram's buckets are cumulative, and its last has no bound`() {
    let histogram = Histogram(upTo: [100, 500], unitsPerOne: 1_000)
    for value in [-5, 0, 100, 101, 500, 501, 9_000] { histogram.record(value) }
    var text = MetricsText()
    text.histogram("a_seconds", "How long.", histogram.contents)
    #expect(
      text.text == """
        # HELP a_seconds How long.
        # TYPE a_seconds histogram
        a_seconds_bucket{le="0.1"} 3
        a_seconds_bucket{le="0.5"} 5
        a_seconds_bucket{le="+Inf"} 7
        a_seconds_sum 10.202
        a_seconds_count 7

        """)
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (0.25, "0.25"), (1e-7, "1e-07"), (1e15, "1000000000000000"),
      (1e300, "1e+300"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    ] as [(Double, String)])
  func `numbers are as Go reads them`(value: Double, written: String) {
    var text = MetricsText()
    text.family("a", .gauge, "", [.init(value, [])])
    #expect(text.text.hasSuffix("\na \(written)\n"))
  }
}
