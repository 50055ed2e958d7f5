/// What a player may be called: 3 to 24 characters, of which each is a letter, a digit, or between
/// two of those a space, a hyphen or an apostrophe.
enum NameRule {
  private static let length = TextRule(characters: 3...24)
  private static let marksMax = 2

  /// What is wrong with the name, to be put after "The name" in a sentence; nil when nothing is.
  static func fault(in name: String) -> String? {
    if let fault = length.fault(in: name) { return fault }
    var isAfterWord = false
    for character in name {
      let isWord = isLetter(character) || isDigit(character)
      guard isWord || character == " " || character == "-" || character == "'" else {
        return "may have letters, digits, single spaces, hyphens and apostrophes only"
      }
      guard isWord || isAfterWord else {
        return "must have a letter or digit on both sides of a space, hyphen or apostrophe"
      }
      isAfterWord = isWord
    }
    guard isAfterWord else {
      return "must have a letter or digit on both sides of a space, hyphen or apostrophe"
    }
    return nil
  }

  /// Letters that are written as one, each with at most two marks on it.
  private static func isLetter(_ character: Character) -> Bool {
    var marks = marksMax
    for scalar in character.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        marks = 0
      case .nonspacingMark, .spacingMark:
        guard marks < marksMax else { return false }
        marks += 1
      default: return false
      }
    }
    return true
  }

  private static func isDigit(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else {
      return false
    }
    return scalar.properties.generalCategory == .decimalNumber
  }
}
