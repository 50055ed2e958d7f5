import Testing

@testable import World

@Suite struct NameRuleTests {
  @Test(arguments: [
    "Ann", "ann of the hills", "Jean-Luc", "O'Hara", "Agent 47", "Ærøskøbing", "Åse\u{301}",
    "Ελένη", "ねこです", "नमस्ते", "abcdefghijklmnopqrstuvwx",
  ])
  func `a name of letters is allowed`(name: String) {
    #expect(NameRule.fault(in: name) == nil)
  }

  @Test(arguments: [
    "", "Al", "abcdefghijklmnopqrstuvwxy", " Ann", "Ann ", "Ann  Lee", "-Ann", "Ann-", "'''",
    "Ann--Lee", "Ann_Lee", "Ann\u{A0}Lee", "Ann\tLee", "Ann😀", "<Ann>", "Ann\u{202E}nnA",
    "A\u{301}\u{301}\u{301}nn", "1\u{20E3}23", "\u{301}ab",
  ])
  func `another name is refused`(name: String) {
    #expect(NameRule.fault(in: name) != nil)
  }
}
