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

  /// Who asks for its surroundings a second time in the batch in which it leaves them must not keep the old ones.
  @Test func `surroundings asked for again while they are left`() throws {
    let list = try StepList(
      """
      finalverse simulation steps 1
      seed 21
      connect 0
      work
      commit durable
      read 0 10
      send 0 create_profile 782522851336755790
      connect 18
      work
      commit durable
      read 18 10
      send 18 create_profile 9161146124129901863
      watch 0 17337836900959566734
      work
      commit durable
      watch 0 4256567451038019776
      send 0 retire_profile 15426755379744258537
      work
      send 18 drop_goods 13910746579034155356

      """)
    let report = SimulationRun.replay(list)
    #expect(report.breach == nil)
    #expect(report.digest != nil)
  }
}
