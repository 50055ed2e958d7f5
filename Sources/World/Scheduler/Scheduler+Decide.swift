import EventLog
import Schema

/// Why a job is not done.
package enum SchedulerRejection: String, RejectionCode {
  /// The job's kind is of a newer schema.
  case unknownJob = "unknown_job"
}

extension World {
  /// Does what a job is due for, in the system it belongs to, or says when to look again.
  ///
  /// - Throws: `unknown_job`, or the system's code that says why nothing is to be done.
  borrowing func decideFiring(
    of job: JobRow, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch job.kind {
    case .tradeExpiry: try decideExpiry(of: TradeID(job.subject), context, &decision)
    case .borderCrossing:
      try decideCrossing(
        of: PlayerID(job.subject), due: Timestamp(microseconds: job.dueUs), context, &decision)
    case .seasonEnd: try decideSeasonEnd(of: BoardID(job.subject), context, &decision)
    case .harmonyDrift:
      try decideDrift(
        in: RegionID(job.subject), due: WorldTime(job.worldDueUs), context, &decision)
    case .weatherTurn:
      try decideTurn(
        of: RegionID(job.subject), due: WorldTime(job.worldDueUs), context, &decision)
    case .forecast:
      try decideForecast(
        of: RegionID(job.subject), due: WorldTime(job.worldDueUs), context, &decision)
    case .ecosystemStep:
      try decideEcosystemStep(
        of: RegionID(job.subject), due: WorldTime(job.worldDueUs), context, &decision)
    case .performanceExpiry:
      try decideExpiry(of: PerformanceID(job.subject), context, &decision)
    case .echoes:
      try decideEvolution(
        of: RegionID(job.subject), due: WorldTime(job.worldDueUs), context, &decision)
    case .unspecified, .UNRECOGNIZED:
      throw Rejection(
        SchedulerRejection.unknownJob, "Job kind \(job.kind.rawValue) is none this server knows.")
    }
  }
}
