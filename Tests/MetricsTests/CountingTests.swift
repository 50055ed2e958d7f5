import Dispatch
import Testing

@testable import Metrics

@Suite struct CountingTests {
  /// What a thread counts while others look.
  private final class Counts: Sendable {
    let counter = Counter()
    let gauge = Gauge(5)
    let histogram = Histogram(upTo: [1, 2])
  }

  @Test func `nothing is lost while others read`() {
    let counts = Counts()
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var last: UInt64 = 0
      for _ in 0..<20_000 {
        if thread == 0 {
          counts.counter.add()
          counts.histogram.record(3)
        } else {
          let value = counts.counter.value
          #expect(value >= last)
          last = value
        }
      }
    }
    #expect(counts.counter.value == 20_000)
    #expect(counts.histogram.contents.count == 20_000)
    #expect(counts.histogram.contents.sum == 60_000)
  }

  @Test func `a gauge goes up and down, a counter only up`() {
    let counts = Counts()
    counts.gauge.add(-7)
    #expect(counts.gauge.value == -2)
    counts.gauge.set(9)
    #expect(counts.gauge.value == 9)
    counts.counter.add(3)
    counts.counter.add(-5)
    #expect(counts.counter.value == 3)
  }

  /// Worked by hand: ten values up to 1, ten from there up to 3, and five above.
  @Test(arguments: [(0.0, 0.0), (0.2, 0.5), (0.4, 1), (0.6, 2), (0.8, 3), (1, 3)])
  func `quantiles are spread evenly within their bucket`(share: Double, value: Double) {
    var contents = HistogramContents()
    contents.buckets = [.init(upTo: 1, count: 10), .init(upTo: 3, count: 20)]
    contents.count = 25
    #expect(contents.quantile(share) == value)
  }

  @Test func `of no values there is no quantile and no mean`() {
    let contents = Histogram.ofLatencies().contents
    #expect(contents.quantile(0.5) == nil)
    #expect(contents.mean == nil)
  }

  @Test func `what came since is the difference`() throws {
    let histogram = Histogram(upTo: [10, 100])
    histogram.record(5)
    let earlier = histogram.contents
    histogram.record(50)
    histogram.record(500)
    let since = histogram.contents.since(earlier)
    #expect(since.buckets.map(\.count) == [0, 1])
    #expect(since.count == 2)
    #expect(since.mean == 275)
  }

  @Test func `a process knows itself`() throws {
    var text = MetricsText()
    ProcessFacts().add(to: &text)
    let reading = try MetricsReading(text.text)
    #expect(try #require(reading.value(of: "process_start_time_seconds")) > 1_700_000_000)
    #expect(try #require(reading.value(of: "process_cpu_seconds_total")) > 0)
    #expect(try #require(reading.value(of: "process_resident_memory_bytes")) > 1_000_000)
    #expect(try #require(reading.value(of: "process_open_fds")) >= 3)
  }
}
