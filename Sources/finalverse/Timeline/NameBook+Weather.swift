import Schema
import World

extension NameBook {
  func sentence(_ event: WeatherEvent.OneOf_Event) -> String {
    switch event {
    case .weatherRulesSet: "the rules of the weather were set"
    case .weatherChanged(let event):
      "the weather in \(region(event.region)) became \(event.conditions.text)"
    case .weatherSet(let event):
      "the weather in \(region(event.region)) was made \(event.conditions.text) (\(event.reason))"
    case .forecastMade(let event):
      "the weather in \(region(event.region)) was forecast: "
        + event.outlooks.map(\.text).joined(separator: ", ")
    case .forecastScored(let event):
      "in \(region(event.region)) came \(event.came.name), which \(event.hours) hours ahead had been"
        + " given \(event.share) of 1000"
    }
  }
}

extension WeatherConditions {
  /// For people: `rain, 8.5 °C, until day 3, 14:05`.
  fileprivate var text: String {
    "\(kind.name), \(temperature.asDegrees), until \(WorldTime(untilUs).text)"
  }
}

extension WeatherOutlook {
  /// What is likeliest, for people: `rain in 6 hours (412 of 1000)`.
  fileprivate var text: String {
    let all = ByKind(shares)
    let likeliest = WeatherKind.known.max { all[$0] < all[$1] } ?? .clear
    return "\(likeliest.name) in \(hours) hours (\(all[likeliest]) of 1000)"
  }
}
