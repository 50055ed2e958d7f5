import Testing

@testable import Accounts

/// Passwords, names, and what is kept of them.
struct PasswordTests {
  @Test(arguments: ["", "short", "1234567", String(repeating: "x", count: 129)])
  func `a new password that is too short or too long is refused`(_ text: String) {
    #expect(throws: AccountRefusal.weakPassword) { try Password(new: text) }
  }

  @Test func `characters that are bytes without end are refused, new or given`() {
    let text = String(repeating: "e" + String(repeating: "\u{301}", count: 40), count: 8)
    #expect(text.count == 8)
    #expect(throws: AccountRefusal.weakPassword) { try Password(new: text) }
    #expect(throws: AccountRefusal.badCredentials) { try Password(given: text) }
    #expect(throws: AccountRefusal.badCredentials) { try Password(given: "") }
  }

  @Test(arguments: ["12345678", "pässwörd 🎵", String(repeating: "ü", count: 128)])
  func `a hash knows its password, also read back, and no other`(_ text: String) throws {
    let hash = try PasswordHash(of: Password(new: text), cost: .cheap)
    let read = try #require(PasswordHash(hash.description))
    #expect(try read.matches(Password(given: text)))
    #expect(try !read.matches(Password(given: text + " ")))
    #expect(read.description == hash.description)
    let again = try PasswordHash(of: Password(new: text), cost: .cheap)
    #expect(again.description != hash.description)
  }

  @Test func `the same characters in another normalization are the same password`() throws {
    let hash = try PasswordHash(of: Password(new: "caf\u{E9} noir"), cost: .cheap)
    #expect(try hash.matches(Password(given: "cafe\u{301} noir")))
  }

  @Test func `a hash agrees with RFC 7914, section 12`() throws {
    // scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), the first 32 bytes.
    let hash = try #require(
      PasswordHash(
        "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"))
    #expect(try hash.matches(Password(given: "pleaseletmein")))
    #expect(try !hash.matches(Password(given: "pleaseletmeout")))
  }

  @Test(
    arguments: [
      "", "x", "$scrypt$ln=15,r=8,p=1$$", "$scrypt$ln=15,r=8$AAAAAAAAAAA$AAAA",
      "$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43),
      "$scrypt$ln=-1,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43),
      "$scrypt$ln=20,r=32,p=4$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43),
      "$bcrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43),
      "$scrypt$ln=15,r=8,p=1$!!!!$" + String(repeating: "A", count: 43),
    ])
  func `what is no hash, or costs too much to check, is none`(_ text: String) {
    #expect(PasswordHash(text) == nil)
  }

  @Test(arguments: [
    "ab", "1abc", "mira!", "mi ra", "mïra", "-abc", String(repeating: "a", count: 33),
  ])
  func `what is no name is none`(_ text: String) {
    #expect(AccountName(text) == nil)
  }

  @Test(arguments: ["abc", "Mira", "m.i_r-a9", String(repeating: "a", count: 32)])
  func `a name keeps its case and is compared without`(_ text: String) {
    #expect(AccountName(text)?.text == text)
    #expect(AccountName(text)?.key == AccountName(text.uppercased())?.key)
  }

  @Test(arguments: [
    "", "a", "@", "a@", "@b", "a b@c", "a@b\n", String(repeating: "a", count: 255) + "@b",
  ])
  func `what is no mail address is none`(_ text: String) {
    #expect(MailAddress(text) == nil)
  }

  @Test func `a mail address is kept as it is`() {
    #expect(MailAddress("mira+play@example.org")?.text == "mira+play@example.org")
  }
}
