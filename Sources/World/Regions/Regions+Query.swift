package import Schema
import SwiftProtobuf

/// Why a question about regions is not answered.
package enum RegionsRejection: String, RejectionCode {
  /// More regions at once than are given.
  case limitOutOfRange = "limit_out_of_range"
}

extension World {
  /// How many regions one answer lists at most.
  private static var regionsListed: UInt32 { 1_000 }

  /// Answers a question about regions.
  package borrowing func answer(
    _ query: RegionsQuery, _ context: DecisionContext
  ) throws(Rejection) -> RegionsAnswer {
    switch query.query {
    case .world: return .with { $0.world = worldRow(for: context.requester) }
    case .region(let query):
      let region = try self.region(query.region, context)
      let answer = regionAnswer(region)
      return .with { $0.region = answer }
    case .list(let query):
      let list = try regionList(query)
      return .with { $0.list = list }
    case nil: throw .unknownQuery
    }
  }

  private borrowing func regionAnswer(_ region: RegionID) -> RegionAnswer {
    var answer = RegionAnswer()
    answer.region = regions.row(of: region) ?? RegionRow()
    answer.origin = regions.grid.origin(of: region)
    answer.neighbours = regions.grid.neighbours(of: region).map(\.number)
    return answer
  }

  private borrowing func regionList(
    _ query: RegionListQuery
  ) throws(Rejection) -> RegionListAnswer {
    guard query.limit <= Self.regionsListed else {
      throw Rejection(
        RegionsRejection.limitOutOfRange,
        "At most \(Self.regionsListed) regions are listed at once.", fields: "limit")
    }
    let limit = query.limit == 0 ? Self.regionsListed : query.limit
    var answer = RegionListAnswer()
    var next = max(1, UInt64(query.from))
    while answer.regions.count < Int(limit), next <= UInt64(regions.grid.count) {
      if let row = regions.row(of: RegionID(next)) { answer.regions.append(row) }
      next += 1
    }
    return answer
  }
}
