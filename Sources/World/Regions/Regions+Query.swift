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
    let rows = try listed(from: query.from, limit: query.limit).compactMap { regions.row(of: $0) }
    return .with { $0.regions = rows }
  }

  /// The regions of a list in the order of their numbers.
  ///
  /// - Parameters:
  ///   - first: The first number wanted; 0 means from the start.
  ///   - limit: How many at most; 0 means as many as an answer lists.
  /// - Throws: `limit_out_of_range`.
  borrowing func listed(from first: UInt32, limit: UInt32) throws(Rejection) -> [RegionID] {
    guard limit <= Self.regionsListed else {
      throw Rejection(
        RegionsRejection.limitOutOfRange,
        "At most \(Self.regionsListed) regions are listed at once.", fields: "limit")
    }
    let start = max(1, UInt64(first))
    let most = UInt64(limit == 0 ? Self.regionsListed : limit)
    let end = min(start + most - 1, UInt64(regions.grid.count))
    return start > end ? [] : (start...end).map { RegionID($0) }
  }
}
