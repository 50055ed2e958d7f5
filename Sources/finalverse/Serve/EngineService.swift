import Engine
import EventLog
import Gateway
import Metrics
import Schema
import ServiceLifecycle
import World

/// The engine as the gateway sees it, and as one of the services of the process: it lives until the gateway has ended, and then closes
/// every session.
struct EngineService: EngineDoor, Service {
  /// The engine.
  let engine: Engine

  func run() async throws {
    try? await gracefulShutdown()
    await engine.stop()
  }

  func addOutlet(_ outlet: any Outlet) -> Int { engine.addOutlet(outlet) }

  func submit(_ inbound: Inbound) -> Bool { engine.submit(inbound) }

  func wake() { engine.wake() }

  var history: any EntryReader { engine.log }

  var texts: any TextStore { engine.texts }

  var grid: Grid { engine.grid }

  var idleAfterMicroseconds: Int64 { engine.rules.idleAfterUs }

  func readiness() -> Readiness {
    let status = engine.status
    return Readiness(isReady: status.acceptsCommands, position: status.position)
  }

  func addMetrics(to text: inout MetricsText) { engine.addMetrics(to: &text) }
}
