package import Schema
import SwiftProtobuf

/// What an echo's vigour depends on, besides the company that it has.
package struct EchoSurroundings: Hashable, Sendable {
  /// The region's harmony; 0 to 1,000,000.
  package var harmony: Int64
  /// The silence in the region; 0 to 1,000,000.
  package var silence: Int64
  /// How full of life the region is; 0 to 1,000.
  package var vitality: Int64
  /// The region's weather; unspecified in a world without.
  package var weather: WeatherKind
  /// How much there is of it; 0 to 1,000.
  package var intensity: Int64
  /// Since when there is that weather.
  package var weatherSince: WorldTime
  /// When the last song was heard; nil where none ever was.
  package var song: WorldTime?
  /// The hour of the day; 0 to 23.
  package var hour: Int64
  /// The season.
  package var season: Season

  /// Whether it is day: from 6 to 20 o'clock.
  package var isDay: Bool { (6..<20).contains(hour) }
}

extension EchoFactorKind {
  /// The kinds that there are, in the order of their numbers.
  package static let known: [Self] = [
    .nature, .harmony, .silence, .vitality, .weather, .hour, .season, .company,
  ]
}

// Total: what is out of range in the rules is taken as the nearest that is not.
extension EchoFavours {
  /// The most that anything gives, in thousandths of what is shown.
  private static let unit: Int64 = 1_000

  /// What everything together gives an echo, in thousandths of what is shown; below 0 it takes that much.
  ///
  /// - Parameter company: How much of all the company that it can have it has; 0 to 1,000,000.
  func sum(in surroundings: EchoSurroundings, company: Int64) -> Int64 {
    EchoFactorKind.known.reduce(0) { $0 + gives($1, in: surroundings, company: company) }
  }

  /// What one thing gives an echo, in thousandths of what is shown.
  func gives(
    _ factor: EchoFactorKind, in surroundings: EchoSurroundings, company: Int64
  ) -> Int64 {
    switch factor {
    case .nature: nature.favour * Self.unit
    case .harmony: harmony.favour * surroundings.harmony / Self.unit
    case .silence: silence.favour * surroundings.silence / Self.unit
    case .vitality: vitality.favour * surroundings.vitality
    case .weather: favour(of: surroundings.weather) * surroundings.intensity
    case .hour: (surroundings.isDay ? day : night).favour * Self.unit
    case .season: favour(of: surroundings.season) * Self.unit
    case .company: self.company.favour * company / Self.unit
    case .unspecified, .UNRECOGNIZED: 0
    }
  }

  /// The most that one thing could give an echo.
  func most(_ factor: EchoFactorKind) -> Int64 {
    let favour: Int64 =
      switch factor {
      case .nature: nature.favour
      case .harmony: max(0, harmony.favour)
      case .silence: max(0, silence.favour)
      case .vitality: max(0, vitality.favour)
      case .weather: max(0, weather.map(\.vigour.favour).max() ?? 0)
      case .hour: max(day.favour, night.favour)
      case .season:
        seasons.map(\.vigour.favour).max().map { seasons.count < 4 ? max(0, $0) : $0 } ?? 0
      case .company: max(0, company.favour)
      case .unspecified, .UNRECOGNIZED: 0
      }
    return favour * Self.unit
  }

  /// How much there would have to be of something for it to give so much; 0 for what cannot be counted.
  func needed(_ factor: EchoFactorKind, toGive wanted: Int64) -> Int64 {
    switch factor {
    case .harmony: Self.quotient(wanted * Self.unit, by: harmony.favour)
    case .silence: Self.quotient(wanted * Self.unit, by: silence.favour)
    case .vitality: Self.quotient(wanted, by: vitality.favour)
    case .company: Self.quotient(wanted * Self.unit, by: company.favour)
    case .nature, .weather, .hour, .season, .unspecified, .UNRECOGNIZED: 0
    }
  }

  private func favour(of kind: WeatherKind) -> Int64 {
    weather.first { $0.kind == kind }?.vigour.favour ?? 0
  }

  private func favour(of season: Season) -> Int64 {
    seasons.first { $0.season == season }?.vigour.favour ?? 0
  }

  /// A quotient, rounded to where there is more of it than wanted: up if more is better, down if less is.
  private static func quotient(_ dividend: Int64, by divisor: Int64) -> Int64 {
    guard divisor != 0 else { return 0 }
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return max(0, divisor > 0 && remainder > 0 ? quotient + 1 : quotient)
  }
}

extension Int64 {
  /// The number as one of ``EchoFavours``.
  fileprivate var favour: Int64 { Swift.min(Swift.max(-1_000, self), 1_000) }
}
