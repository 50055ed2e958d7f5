import EventLog
import Schema
import World

extension World {
  /// The player that somebody means by a number or a name.
  ///
  /// - Throws: A ``Failure`` when there is no such player.
  borrowing func player(called text: String, at position: Position) throws(Failure) -> PlayerID {
    if let number = UInt64(text), players.profile(of: PlayerID(number)) != nil {
      return PlayerID(number)
    }
    if let player = players.player(named: Players.nameKey(of: text)) { return player }
    throw Failure(
      .noData,
      """
      there is no player '\(text)' at position \(position). Names are those of that moment; \
      'finalverse replay --kind players' shows who came when.
      """)
  }

  /// The region that somebody means by a number or a name.
  ///
  /// - Throws: A ``Failure`` when there is no such region.
  borrowing func region(called text: String, at position: Position) throws(Failure) -> RegionID {
    if let number = UInt64(text), regions.row(of: RegionID(number)) != nil {
      return RegionID(number)
    }
    let wanted = text.lowercased()
    for number in 1...UInt64(max(1, regions.grid.count)) {
      let region = RegionID(number)
      if regions.row(of: region)?.name.lowercased() == wanted { return region }
    }
    throw Failure(
      .noData,
      """
      there is no region '\(text)' at position \(position). \
      'finalverse replay --kind RegionNamed' lists them.
      """)
  }

  /// The melody that somebody means by a number.
  ///
  /// - Throws: A ``Failure`` when there is no such melody, or it cannot be played.
  borrowing func melody(called text: String, at position: Position) throws(Failure) -> MelodyRow {
    if let number = UInt64(text), let row = melodies.melody(MelodyID(number)),
      row.piece.fault(notesMax: StandardMIDIFile.notesMax) == nil
    {
      return row
    }
    throw Failure(
      .noData,
      """
      there is no melody '\(text)' at position \(position). \
      'finalverse show melodies PLAYER' lists those of a player by number.
      """)
  }

  /// The echo that somebody means by a number or a name; of several of that name the first that was not retired.
  ///
  /// - Throws: A ``Failure`` when there is no such echo.
  borrowing func echo(called text: String, at position: Position) throws(Failure) -> EchoRow {
    if let number = UInt64(text), let row = echoes.row(of: EchoID(number)) { return row }
    let wanted = text.lowercased()
    var retired: EchoRow?
    var number: UInt64 = 1
    while let row = echoes.row(of: EchoID(number)) {
      if row.name.lowercased() == wanted {
        guard row.isRetired else { return row }
        retired = retired ?? row
      }
      number += 1
    }
    if let retired { return retired }
    throw Failure(
      .noData,
      """
      there is no echo '\(text)' at position \(position). \
      'finalverse show echoes' lists them.
      """)
  }

  /// A player for people: `Mira (player 1000)`.
  borrowing func label(_ player: PlayerID) -> String {
    Label.player(player.rawValue, players.profile(of: player)?.name)
  }

  /// A region for people: `Reed Lake (region 3)`; 0 is nowhere.
  borrowing func label(_ region: RegionID) -> String {
    region.rawValue == 0 ? "nowhere" : Label.region(region.rawValue, regions.row(of: region)?.name)
  }
}

/// How things of the world are called in lines for people.
enum Label {
  /// `Mira (player 1000)`, or `player 1000` for one without a name.
  static func player(_ number: UInt64, _ name: String?) -> String {
    label("player", number, name)
  }

  /// `Lumi (echo 1)`, or `echo 1` for one without a name.
  static func echo(_ number: UInt64, _ name: String?) -> String {
    label("echo", number, name)
  }

  /// `Reed Lake (region 3)`, or `region 3` for one without a name.
  static func region(_ number: UInt64, _ name: String?) -> String {
    label("region", number, name)
  }

  private static func label(_ kind: String, _ number: UInt64, _ name: String?) -> String {
    guard let name, !name.isEmpty else { return "\(kind) \(number)" }
    return "\(name) (\(kind) \(number))"
  }

  /// A point in millimetres: `(1200, 800)`.
  static func point(x: Int64, y: Int64) -> String { "(\(x), \(y))" }
}
