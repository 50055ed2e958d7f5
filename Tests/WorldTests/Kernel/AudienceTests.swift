import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct AudienceTests {
  @Test func `every event has an audience`() throws {
    for event in try Event.allKnown() {
      var audiences: [Audience] = []
      event.addAudience(to: &audiences)
      #expect(!audiences.isEmpty, "\(event) is seen by nobody")
    }
  }

  @Test func `an event of a newer schema is for operators`() {
    var audiences: [Audience] = []
    Event().addAudience(to: &audiences)
    #expect(audiences.isEmpty)
  }

  @Test(
    arguments: [
      (Self.crossed, [.player(9), .region(1), .region(2)]),
      (Self.opened, [.player(9), .region(3)]),
      (Self.openedNowhere, [.player(9)]),
      (Self.enrolled, [.operators]),
      (Self.roleChanged, [.player(9)]),
      (Self.created, [.player(9), .region(4)]),
      (Self.founded, [.operators]),
      (Self.named, [.everyone]),
      (Self.weatherChanged, [.region(3)]),
      (Self.forecastMade, [.region(3)]),
      (Self.forecastScored, [.operators]),
      (Self.seasonEnded, [.everyone]),
    ] as [(Event, [Audience])])
  func `an event is seen by those it concerns`(event: Event, expected: [Audience]) {
    var audiences: [Audience] = []
    event.addAudience(to: &audiences)
    #expect(audiences == expected)
  }

  @Test func `a region's event reaches watchers of the region and of those around it`() {
    let grid = Grid(columns: 3, rows: 2, cell: 10)
    var topics: [DeliveryTopic] = []
    Audience.region(1).forEachTopic(in: grid) { topics.append($0) }
    #expect(
      topics == [
        .region(1), .surroundings(1), .surroundings(2), .surroundings(4), .surroundings(5),
      ])
  }

  @Test func `other audiences have one topic, and operators need none`() {
    let grid = Grid(columns: 3, rows: 2, cell: 10)
    var topics: [DeliveryTopic] = []
    for audience in [Audience.player(9), .everyone, .operators] {
      audience.forEachTopic(in: grid) { topics.append($0) }
    }
    #expect(topics == [.player(9), .everyone])
  }

  private static let crossed = Event.with {
    $0.movement.borderCrossed = .with {
      $0.player = 9
      $0.fromRegion = 1
      $0.toRegion = 2
    }
  }
  private static let opened = Event.with {
    $0.presence.sessionOpened = .with {
      $0.player = 9
      $0.region = 3
    }
  }
  private static let openedNowhere = Event.with { $0.presence.sessionOpened.player = 9 }
  private static let enrolled = Event.with { $0.players.playerEnrolled.player = 9 }
  private static let created = Event.with {
    $0.players.profileCreated = .with {
      $0.player = 9
      $0.homeRegion = 4
    }
  }
  private static let roleChanged = Event.with {
    $0.players.roleChanged = .with { ($0.player, $0.role) = (9, .analyst) }
  }
  private static let founded = Event.with { $0.regions.worldFounded.seed = 5 }
  private static let seasonEnded = Event.with { $0.leaderboards.seasonEnded.board = 5 }
  private static let weatherChanged = Event.with { $0.weather.weatherChanged.region = 3 }
  private static let forecastMade = Event.with { $0.weather.forecastMade.region = 3 }
  private static let forecastScored = Event.with { $0.weather.forecastScored.region = 3 }
  private static let named = Event.with { $0.regions.regionNamed.region = 5 }
}
