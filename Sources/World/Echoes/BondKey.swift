import Projection

/// What a bond is found by: a player, and the echo it is close to.
package struct BondKey: Hashable, Sendable {
  /// Whose bond.
  package let player: PlayerID
  /// With which echo.
  package let echo: EchoID

  /// The key of a player's bond with an echo.
  package init(_ player: PlayerID, _ echo: EchoID) {
    self.player = player
    self.echo = echo
  }
}

extension BondKey: CustomStringConvertible {
  /// Player and echo.
  package var description: String { "player \(player) with echo \(echo)" }
}

extension BondKey: Comparable {
  /// Orders by player, then by echo.
  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.player, lhs.echo) < (rhs.player, rhs.echo)
  }
}

extension BondKey: TableKey {
  /// Eight bytes of player, eight of echo.
  package static var encodedLength: Int { 2 * UInt64.encodedLength }

  /// Appends player and echo.
  package func encode(into bytes: inout [UInt8]) {
    player.encode(into: &bytes)
    echo.encode(into: &bytes)
  }

  /// Reads player and echo back.
  package init?(decoding bytes: ArraySlice<UInt8>) {
    guard let player = PlayerID(decoding: bytes.prefix(PlayerID.encodedLength)),
      let echo = EchoID(decoding: bytes.dropFirst(PlayerID.encodedLength))
    else { return nil }
    self.init(player, echo)
  }
}
