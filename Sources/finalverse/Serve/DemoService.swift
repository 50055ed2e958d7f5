import Bots
import Logging
import ServiceLifecycle

/// Players for a world that has none yet: a small crowd of bots, for as long as it is served.
struct DemoService: Service {
  /// How many play at once.
  private static let count = 12
  /// For how long a crowd plays before another comes: what bots remember grows while they play.
  private static let shift = Duration.seconds(3_600)
  /// How long to wait after a crowd could not come.
  private static let retryInterval = Duration.seconds(10)

  /// The server's address, once it listens.
  let addresses: AsyncStream<String>
  /// Where it is told how they fared.
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await address in addresses { await play(at: "ws://\(address)/ws") }
    }
  }

  private func play(at url: String) async {
    var seed: UInt64 = 1
    while !Task.isCancelled {
      let options = BotSwarm.Options(
        url: url, count: Self.count, duration: Self.shift, seed: seed)
      seed += 1
      do {
        let report = try await BotSwarm(options).run(progress: .none)
        guard report.contradictions > 0 else { continue }
        logger.error(
          "bots were told what does not agree",
          metadata: ["contradictions": "\(report.contradictions)"])
      } catch {
        logger.warning("bots could not come", metadata: ["reason": "\(error)"])
        try? await Task.sleep(for: Self.retryInterval)
      }
    }
  }
}
