import Testing

@testable import Simulation

/// Steps that led to a broken promise once, each as it was found and cut down.
@Suite struct OnceBrokenTests {
  /// Whoever leaves in the middle of a batch is told its end as the position to resume after, and must have been
  /// shown all of it.
  @Test func `a farewell in the middle of a batch`() throws {
    let list = try StepList(
      """
      finalverse simulation steps 1
      seed 2
      connect 9
      work
      commit durable
      read 9 10
      send 9 create_profile 10831572150714785596
      watch 9 2428459116251511498
      work
      send 9 say 14656364820675014225
      leave 9

      """)
    let report = SimulationRun.replay(list)
    #expect(report.breach == nil)
    #expect(report.digest != nil)
  }
}
