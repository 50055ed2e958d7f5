/// What a player may be called, and a melody: each character is a letter, a digit, or between
/// two of those a space, a hyphen or an apostrophe.
enum NameRule {
  /// How long a player's name may be.
  static let ofPlayers = 3...24
  private static let marksMax = 2

  /// What is wrong with the name, to be put after "The name" in a sentence; nil when nothing is.
  static func fault(in name: String, characters: ClosedRange<Int> = ofPlayers) -> String? {
    if let fault = TextRule(characters: characters).fault(in: name) { return fault }
    var isAfterWord = false
    for character in name {
      let isWord = isWord(character)
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

  /// Whether a character is a letter or a digit.
  static func isWord(_ character: Character) -> Bool {
    isLetter(character) || isDigit(character)
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
