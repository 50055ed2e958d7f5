public import Schema

// Each command of a player as a call. All return the position of the entry that the command made,
// and throw what `submit(_:id:)` throws.

extension FinalverseClient {
  /// Creates the player's profile, places it in its home region and hands out the starting goods.
  ///
  /// - Parameters:
  ///   - name: 3 to 24 characters: letters, digits, single inner spaces, hyphen, apostrophe.
  ///   - look: A free description; up to 200 characters.
  ///   - homeRegion: The number of the region to live in.
  @discardableResult
  public func createProfile(
    name: String, look: String, homeRegion: UInt32
  ) async throws -> UInt64 {
    try await submit(.createProfile(name: name, look: look, homeRegion: homeRegion))
  }

  /// Changes what is not nil of the player's profile.
  @discardableResult
  public func changeProfile(
    name: String? = nil, look: String? = nil, homeRegion: UInt32? = nil
  ) async throws -> UInt64 {
    try await submit(.changeProfile(name: name, look: look, homeRegion: homeRegion))
  }

  /// Retires the player's profile for good.
  @discardableResult
  public func retireProfile() async throws -> UInt64 {
    try await submit(.retireProfile())
  }

  /// Walks in a straight line from where the player is.
  ///
  /// - Parameter speed: In millimetres a second; 0: the world's default.
  @discardableResult
  public func startMove(to point: Point, speed: Int64 = 0) async throws -> UInt64 {
    try await submit(.startMove(to: point, speed: speed))
  }

  /// Stops where the player is.
  @discardableResult
  public func stopMove() async throws -> UInt64 {
    try await submit(.stopMove())
  }

  /// Uses goods up.
  @discardableResult
  public func consume(_ goods: GoodsSpec) async throws -> UInt64 {
    try await submit(.consume(goods))
  }

  /// Lays goods where the player stands.
  ///
  /// The position is also the new pile's number.
  @discardableResult
  public func drop(_ goods: GoodsSpec) async throws -> UInt64 {
    try await submit(.drop(goods))
  }

  /// Takes goods from a pile within reach.
  ///
  /// - Parameter goods: What to take; nil: all of it.
  @discardableResult
  public func pickUp(_ goods: GoodsSpec? = nil, from pile: UInt64) async throws -> UInt64 {
    try await submit(.pickUp(goods, from: pile))
  }

  /// Hands goods to a connected player within reach.
  @discardableResult
  public func give(_ goods: GoodsSpec, to player: UInt64) async throws -> UInt64 {
    try await submit(.give(goods, to: player))
  }

  /// Opens a trade with a connected player in the same region.
  ///
  /// The position is also the trade's number.
  @discardableResult
  public func offerTrade(with partner: UInt64, giving goods: GoodsSpec) async throws -> UInt64 {
    try await submit(.offerTrade(with: partner, giving: goods))
  }

  /// Replaces what the player gives in a trade.
  ///
  /// Both must accept anew.
  @discardableResult
  public func changeTrade(_ trade: UInt64, giving goods: GoodsSpec) async throws -> UInt64 {
    try await submit(.changeTrade(trade, giving: goods))
  }

  /// Accepts a trade's terms.
  ///
  /// When both players have, the goods change hands in the same entry.
  ///
  /// - Parameter revision: The revision of the terms that the player has seen.
  @discardableResult
  public func acceptTrade(_ trade: UInt64, revision: UInt32) async throws -> UInt64 {
    try await submit(.acceptTrade(trade, revision: revision))
  }

  /// Says something to the region that the player stands in.
  ///
  /// The position is also the message's number.
  ///
  /// - Parameter text: 1 to 300 characters, without line breaks and other control characters.
  @discardableResult
  public func say(_ text: String) async throws -> UInt64 {
    try await submit(.say(text))
  }

  /// Says something to a connected player.
  ///
  /// The position is also the message's number.
  ///
  /// - Parameters:
  ///   - text: As in ``say(_:)``.
  ///   - player: The player.
  @discardableResult
  public func sendMessage(_ text: String, to player: UInt64) async throws -> UInt64 {
    try await submit(.sendMessage(text, to: player))
  }

  /// Takes back what the player has said: its text is erased.
  @discardableResult
  public func takeBackMessage(_ message: UInt64) async throws -> UInt64 {
    try await submit(.takeBackMessage(message))
  }

  /// Blocks a player.
  @discardableResult
  public func blockPlayer(_ player: UInt64) async throws -> UInt64 {
    try await submit(.blockPlayer(player))
  }

  /// Ends a block.
  @discardableResult
  public func unblockPlayer(_ player: UInt64) async throws -> UInt64 {
    try await submit(.unblockPlayer(player))
  }

  /// Calls a trade off.
  @discardableResult
  public func withdrawTrade(_ trade: UInt64) async throws -> UInt64 {
    try await submit(.withdrawTrade(trade))
  }
}
