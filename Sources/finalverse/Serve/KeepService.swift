import Engine
import EventLog
import Foundation
import Logging
import ServiceLifecycle

/// Has images of the world kept, from time to time, while it is served.
///
/// It runs `finalverse keep` for that, in a process of its own: that takes as much memory as the world for
/// a moment, goes on what the server leaves over of the processors, and concerns nobody when it fails.
struct KeepService: Service {
  /// How often it is looked whether images are due.
  private static let lookInterval = Duration.seconds(1)
  /// How long to wait after images could not be kept.
  private static let retryInterval = Duration.seconds(60)

  /// The data directory.
  let data: DataDirectory
  /// How often.
  let interval: ImageKeepingOptions.Interval
  /// Of how many positions at most.
  let most: Int
  /// Where the log ends.
  let position: @Sendable () -> Position
  /// Where it is told what was kept.
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      let began = Date()
      while (try? await Task.sleep(for: Self.lookInterval)) != nil {
        guard let wanted = due(since: began) else { continue }
        if await keep(wanted) { continue }
        guard (try? await Task.sleep(for: Self.retryInterval)) != nil else { return }
      }
    }
  }

  /// The position that images are due of; nil when none is.
  private func due(since began: Date) -> Position? {
    let (kept, end) = (KeptImages(directory: data.keptImages), position())
    let newest = kept.positions.last
    switch interval {
    case .never: return nil
    case .entries(let step):
      let wanted = Position(end.rawValue / step * step)
      return wanted > newest ?? .zero ? wanted : nil
    case .time(let span):
      guard end > newest ?? .zero else { return nil }
      let last = newest.flatMap { kept.date(of: $0) } ?? began
      return Date().timeIntervalSince(last) * 1e6 >= Double(span.microseconds) ? end : nil
    }
  }

  /// Keeps images of a position; false when that failed.
  private func keep(_ position: Position) async -> Bool {
    let process = Process()
    // The very program that serves, also when its file has been replaced since.
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
    process.arguments = [
      "keep", "--data", data.path, "--at", "\(position)", "--most", "\(most)", "--json",
    ]
    let errors = Pipe()
    (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
    process.standardError = errors
    let start = ContinuousClock.now
    do {
      try await process.runToEnd()
    } catch {
      logger.warning("images could not be kept", metadata: ["reason": "\(error)"])
      return false
    }
    // The entries that were handed out last may not be durable yet: they are a moment later.
    if process.terminationStatus == ExitStatus.noData.rawValue { return true }
    guard process.terminationStatus == 0 else {
      // What it says fits into the pipe.
      let words = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      if !Task.isCancelled {
        logger.warning(
          "images were not kept",
          metadata: [
            "position": "\(position)", "reason": "\(words.split(separator: "\n").last ?? "")",
          ])
      }
      return false
    }
    logger.notice(
      "images were kept",
      metadata: [
        "position": "\(position)",
        "seconds": "\(Figures.decimal((.now - start) / .seconds(1), places: 3))",
      ])
    return true
  }
}

extension Process {
  /// Runs it until it ends; ends it when the task is cancelled.
  ///
  /// - Throws: What says why it cannot be started.
  fileprivate func runToEnd() async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
        terminationHandler = { _ in ended.resume() }
        do {
          try run()
        } catch {
          terminationHandler = nil
          ended.resume(throwing: error)
        }
      }
    } onCancel: {
      if isRunning { terminate() }
    }
  }
}
