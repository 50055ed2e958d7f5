/// Why nothing is done to the weather.
package enum WeatherRejection: String, RejectionCode {
  /// The world has a clock, and no weather.
  case noWeather = "no_weather"
  /// The rules are not possible.
  case invalidWeatherRules = "invalid_weather_rules"
  /// There is no such kind of weather.
  case unknownWeather = "unknown_weather"
  /// There is less than nothing of it, or more than all.
  case intensityOutOfRange = "intensity_out_of_range"
  /// It would last no hour, or too many.
  case weatherHoursOutOfRange = "weather_hours_out_of_range"
}
