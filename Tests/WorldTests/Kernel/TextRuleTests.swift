import Testing

@testable import World

@Suite struct TextRuleTests {
  @Test(arguments: ["a", "Two\u{A0}words", "ねこ", String(repeating: "é", count: 10)])
  func `ordinary text is allowed`(text: String) {
    #expect(TextRule(characters: 1...10).fault(in: text) == nil)
  }

  @Test(arguments: [
    ("", "must have 1 to 10 characters"), ("eleven more", "must have 1 to 10 characters"),
    ("a\nb", "contains control characters"), ("a\u{7}", "contains control characters"),
    ("e" + String(repeating: "\u{301}", count: 100), "takes more than 80 bytes"),
  ])
  func `other text is refused`(text: String, fault: String) {
    #expect(TextRule(characters: 1...10).fault(in: text) == fault)
  }
}
