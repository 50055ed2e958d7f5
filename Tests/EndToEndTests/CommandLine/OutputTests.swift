import EventLog
import Logging
import Synchronization
import Testing

@testable import finalverse

@Suite struct OutputTests {
  @Test(
    arguments: [
      (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
    ])
  func `counts have a comma at every thousand`(value: Int, text: String) {
    #expect(Figures.count(value) == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_572_864, "1.5 MiB"),
      (UInt64.max, "16.0 EiB"),
    ] as [(UInt64, String)])
  func `bytes have the unit that fits`(value: UInt64, text: String) {
    #expect(Figures.bytes(value) == text)
  }

  @Test(
    arguments: [
      (0, "0/s"), (870.4, "870/s"), (9_999, "9,999/s"), (12_345, "12.3 k/s"),
      (999_499, "999.5 k/s"), (1_420_000, "1.42 M/s"), (.infinity, "–"), (.nan, "–"),
    ] as [(Double, String)])
  func `rates have three digits or so`(value: Double, text: String) {
    #expect(Figures.rate(value) == text)
  }

  @Test(
    arguments: [
      (.milliseconds(0), "0 ms"), (.milliseconds(850), "850 ms"), (.milliseconds(12_400), "12.4 s"),
      (.seconds(59.96), "1 min 0 s"), (.seconds(125), "2 min 5 s"),
      (.seconds(12_000), "3 h 20 min"),
      (.seconds(90_000), "1 d 1 h"),
    ] as [(Duration, String)])
  func `spans have two units at most`(value: Duration, text: String) {
    #expect(Figures.span(value) == text)
  }

  @Test(
    arguments: [
      (0, 0, "0"), (0.005, 2, "0.01"), (-0.004, 2, "0.00"), (-1.5, 1, "-1.5"), (12, 3, "12.000"),
    ] as [(Double, Int, String)])
  func `decimals are fixed`(value: Double, places: Int, text: String) {
    #expect(Figures.decimal(value, places: places) == text)
  }

  @Test func `progress tells how far, how fast and how long still`() {
    let start = ContinuousClock.now
    var line = ProgressLine("folding", of: 4_000, "entry", "entries", every: .seconds(1), at: start)
    #expect(line.line(done: 10, at: start + .milliseconds(999)) == nil)
    #expect(
      line.line(done: 1_000, at: start + .seconds(2))
        == "folding: 1,000 of 4,000 entries, 25 %, 500/s, 6.0 s left")
    #expect(line.line(done: 1_100, at: start + .milliseconds(2_500)) == nil)
    #expect(
      line.line(done: 4_000, at: start + .seconds(4))
        == "folding: 4,000 of 4,000 entries, 100 %, 1,000/s")
    #expect(
      line.summary(done: 4_000, at: start + .seconds(4))
        == "folding: 4,000 entries in 4.0 s, 1,000/s")
  }

  @Test func `what there is one of is told of as one`() {
    let start = ContinuousClock.now
    var line = ProgressLine(
      "backing up", of: 1, "segment", "segments", every: .seconds(1), at: start)
    #expect(
      line.line(done: 1, at: start + .seconds(2)) == "backing up: 1 of 1 segment, 100 %, 1/s")
    #expect(line.summary(done: 1, at: start + .seconds(2)) == "backing up: 1 segment in 2.0 s, 1/s")
  }

  @Test func `progress of nothing divides by nothing`() {
    let start = ContinuousClock.now
    var line = ProgressLine("folding", of: 0, "entry", "entries", every: .zero, at: start)
    #expect(line.line(done: 0, at: start) == "folding: 0 of 0 entries, –")
  }

  @Test func `JSON keeps order and escapes what must be`() {
    let json = JSONText.object([
      ("b", .string("a\"\\\n\t\u{1}é🎵")), ("a", .array([.number(-1), .flag(true), .null])),
      ("c", .large(UInt64.max)), ("d", .decimal(1.5)), ("e", .decimal(.nan)), ("f", .raw("{}")),
    ])
    #expect(
      json.text
        == #"{"b":"a\"\\\n\t\u0001é🎵","a":[-1,true,null],"c":"18446744073709551615","d":1.5,"#
        + #""e":null,"f":{}}"#)
  }

  @Test func `JSON for people has a line for each thing that does not fit on one`() throws {
    let json = #"{"name":"Aria","list":[{"kind":1,"at":null},{"kind":22222,"is":true}],"none":[]}"#
    let value = try #require(FieldValue(json: Array(json.utf8)))
    #expect(value.prettyJSON(width: 200).hasPrefix(#"{"name": "Aria", "list": [{"kind": 1, "#))
    #expect(
      value.prettyJSON(width: 31) == """
        {
          "name": "Aria",
          "list": [
            {"kind": 1, "at": null},
            {"kind": 22222, "is": true}
          ],
          "none": []
        }
        """)
    #expect(FieldValue(json: Array(value.prettyJSON(width: 1).utf8)) == value)
  }

  @Test func `a table's columns are as wide as they must be`() {
    let rows = [["name", "rows"], ["a", "1,000"], ["longer", "7"]]
    #expect(
      TextTable.lines(rows, leftAligned: [0]) == [
        "name     rows", "a       1,000", "longer      7",
      ])
    #expect(TextTable.lines([["a", "b"], ["cc", ""]], leftAligned: [0, 1]) == ["a   b", "cc"])
  }

  @Test func `a log message is one object on a line`() {
    let lines = Mutex<[String]>([])
    var logger = Logger(label: "finalverse.test") { label in
      JSONLogHandler(label: label) { line in lines.withLock { $0.append(line) } }
    }
    logger[metadataKey: "world"] = "Harmony"
    logger.debug("not this")
    logger.warning("a \"slow\" reader", metadata: ["player": "\(1_000)", "at": ["x", "y"]])
    let written = lines.withLock { $0 }
    #expect(written.count == 1)
    #expect(written[0].hasPrefix(#"{"time":"2"#))
    #expect(
      written[0].hasSuffix(
        #""level":"warning","logger":"finalverse.test","message":"a \"slow\" reader","#
          + #""metadata":{"at":["x","y"],"player":"1000","world":"Harmony"}}"# + "\n"))
  }
}
