import Schema

/// What bots say: sentences that tell who says them and prove it, so that whoever hears one knows whether
/// it is what was said.
enum BotTalk {
  private static let name = "Bot"
  private static let closings = ["♪", "🎻🎶", "…e così via", "さようなら", "<b>&amp;</b>", "\u{201D}"]

  /// The n-th thing that a player says.
  static func sentence(_ number: UInt64, of player: UInt64) -> String {
    let proof = proof(number, of: player)
    let closing = closings[Int(proof % UInt64(closings.count))]
    return "\(name) \(player) \(number) \(proof) \(closing)"
  }

  /// What is wrong with the texts of a pushed entry; nil when nothing is.
  ///
  /// What others than bots say is theirs.
  static func flaw(in entry: PushedEntry) -> String? {
    for (index, event) in entry.payload.events.enumerated() {
      let (player, characters): (UInt64, UInt32)
      switch event.chat.event {
      case .messageSaid(let said): (player, characters) = (said.player, said.characters)
      case .messageSent(let sent): (player, characters) = (sent.player, sent.characters)
      default: continue
      }
      guard let text = entry.texts.first(where: { $0.event == index })?.text else {
        return "what player \(player) said came without its text"
      }
      guard text.count == Int(characters) else {
        return "a text of \(text.count) characters came for one of \(characters)"
      }
      let words = text.split(separator: " ")
      guard words.first == name[...], words.count > 2 else { continue }
      let number = UInt64(words[2]) ?? 0
      if text != sentence(number, of: player) {
        return "'\(text)' came as said by player \(player), who would have said "
          + "'\(sentence(number, of: player))'"
      }
    }
    return nil
  }

  private static func proof(_ number: UInt64, of player: UInt64) -> UInt64 {
    var mixed = number &* 0x9E37_79B9_7F4A_7C15 ^ player &* 0xC2B2_AE3D_27D4_EB4F
    mixed ^= mixed >> 29
    return mixed &* 0x1656_67B1_9E37_79F9 >> 40
  }
}
