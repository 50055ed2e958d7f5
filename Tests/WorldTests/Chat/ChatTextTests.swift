import Testing

@testable import World

@Suite struct ChatTextTests {
  @Test(
    arguments: [
      ("hello", "hello", 5), ("  hello\t\n", "hello", 5), ("a b", "a b", 3), ("x", "x", 1),
      ("Grüße", "Grüße", 5), ("e\u{301}", "e\u{301}", 1), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦", 1), ("שלום", "שלום", 4),
      ("สวัสดี", "สวัสดี", 4), ("मी\u{200D}", "मी\u{200D}", 1), ("\u{3000}全角\u{3000}", "全角", 2),
    ] as [(String, String, UInt32)])
  func `what can be read may be said, without the white space around it`(
    raw: String, text: String, characters: UInt32
  ) throws {
    let made = try ChatText(raw, field: "text")
    #expect(made.text == text)
    #expect(made.characters == characters)
  }

  @Test(
    arguments: ["", " ", "\n\t", "\u{200B}", "\u{2060}\u{FEFF}", "\u{3000}", "\u{301}", "\u{115F}"])
  func `what cannot be seen is empty`(raw: String) {
    expectRejection(ChatRejection.textEmpty, field: "text") { _ = try ChatText(raw, field: "text") }
  }

  @Test(
    arguments: [
      "a\nb", "a\u{0}b", "a\u{7F}", "a\u{1B}[2J", "a\u{85}b", "a\u{2028}b", "a\u{202E}b",
      "\u{2066}a",
    ])
  func `nothing takes over the reader's screen`(raw: String) {
    expectRejection(ChatRejection.textInvalid, field: "text") {
      _ = try ChatText(raw, field: "text")
    }
  }

  @Test func `characters and bytes are bounded`() throws {
    let most = String(repeating: "é", count: 300)
    #expect(try ChatText(" " + most + " ", field: "text").characters == 300)
    let piled = "a" + String(repeating: "\u{301}", count: 1_200)
    let wide = String(repeating: "👩‍👩‍👧‍👦", count: 97)
    for raw in [most + "e", piled, wide, String(repeating: "x", count: 100_000)] {
      expectRejection(ChatRejection.textTooLong, field: "text") {
        _ = try ChatText(raw, field: "text")
      }
    }
  }
}
