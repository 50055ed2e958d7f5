import ArgumentParser
import EventLog
import Gateway
import Testing

@testable import finalverse

@Suite struct ArgumentTests {
  @Test(arguments: [([], true), (["--compression"], true), (["--no-compression"], false)])
  func `serve compresses unless it is told not to`(words: [String], compresses: Bool) throws {
    let command = try ServeCommand.parse(words)
    #expect(command.gatewayConfiguration(nil).compresses == compresses)
  }

  @Test(
    arguments: [
      ("1us", 1), ("500ms", 500_000), ("60s", 60_000_000), ("5m", 300_000_000),
      ("1h30m", 5_400_000_000), ("2d", 172_800_000_000), ("1m500ms", 60_500_000),
    ] as [(String, Int64)])
  func `a length of time is numbers with units`(text: String, microseconds: Int64) {
    #expect(TimeSpan(text)?.microseconds == microseconds)
  }

  @Test(
    arguments: [
      "", "60", "s", "-1s", "0s", "1.5s", "1s ", "1 s", "9223372036854775807d", "36526d",
      "20000d20000d", "99999999999999999999s",
    ])
  func `what is no length of time is refused`(text: String) {
    #expect(TimeSpan(text) == nil)
  }

  @Test(
    arguments: [
      ("1970-01-01", 0),
      ("1970-01-01T00:00:01Z", 1_000_000),
      ("2000-02-29T12:00", 951_825_600_000_000),
      ("2026-02-03T04:05:06.123456Z", 1_770_091_506_123_456),
      ("2026-02-03 04:05:06.5", 1_770_091_506_500_000),
      ("2026-02-03T06:05:06+02:00", 1_770_091_506_000_000),
      ("2026-02-02T23:35:06-04:30", 1_770_091_506_000_000),
      ("1969-12-31T23:59:59.999999Z", -1),
      ("0001-01-01", -62_135_596_800_000_000),
      ("10m", 400_000_000),
    ] as [(String, Int64)])
  func `a moment is a calendar time or a while ago`(text: String, microseconds: Int64) {
    let now = Timestamp(microseconds: 1_000_000_000)
    #expect(Moment(text, now: now)?.timestamp.microseconds == microseconds)
  }

  @Test(
    arguments: [
      "", "yesterday", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-00",
      "2026-01-01T24:00", "2026-01-01T10:60", "2026-01-01T10:00:60", "2026-01-01T10:00:00.",
      "2026-01-01T10:00:00.1234567", "2026-01-01T10:00+24:00", "2026-01-01T10:00Zulu",
      "2026-01-01T", "20260101",
    ])
  func `what is no moment is refused`(text: String) {
    #expect(Moment(text, now: Timestamp(microseconds: 0)) == nil)
  }

  @Test func `a moment reads what a timestamp writes`() throws {
    for days in stride(from: Int64(-400_000), to: 400_000, by: 997) {
      let time = Timestamp(microseconds: days * 86_400_000_000 + 123_456 + days * 1_000_003)
      guard !time.description.hasPrefix("-") else { continue }
      #expect(Moment(time.description, now: Timestamp(microseconds: 0))?.timestamp == time)
    }
  }

  @Test(
    arguments: [
      ("127.0.0.1:7777", "127.0.0.1", 7_777), ("localhost:0", "localhost", 0),
      ("[::1]:80", "::1", 80), ("0.0.0.0:65535", "0.0.0.0", 65_535),
    ])
  func `an address is a host and a port`(text: String, host: String, port: Int) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.description == text)
  }

  @Test(
    arguments: [
      "", "7777", ":7777", "localhost", "localhost:", "localhost:65536", "localhost:-1", "::1:80",
      "a b:80", "[]:80", "http://localhost:80",
    ])
  func `what is no address is refused`(text: String) {
    #expect(ListenAddress(text) == nil)
  }
}
