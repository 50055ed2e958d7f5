/// What a text that people write must look like.
package struct TextRule: Sendable {
  private let characters: ClosedRange<Int>

  /// Text of so many characters.
  ///
  /// A character takes at most eight bytes on average, so that marks cannot be piled up without
  /// end.
  package init(characters: ClosedRange<Int>) {
    self.characters = characters
  }

  /// What is wrong with the text, to be put after its name in a sentence; nil when nothing is.
  package func fault(in text: String) -> String? {
    let bytesMax = characters.upperBound * 8
    guard text.utf8.count <= bytesMax else { return "takes more than \(bytesMax) bytes" }
    guard characters.contains(text.count) else {
      return "must have \(characters.lowerBound) to \(characters.upperBound) characters"
    }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      return "contains control characters"
    }
    return nil
  }
}
