import Engine
import EventLog
import Foundation
import Projection
import Texts
import World

@testable import Accounts
@testable import finalverse

/// Starts again from what a power cut left, and looks whether everything promised is there.
struct RecoveryCheck {
  /// A promise that was not kept.
  struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
      self.description = description
    }
  }

  /// A hash of every entry of the whole history, by position less one.
  let history: [ChainHead]
  /// The directory that holds what is left.
  let root: String

  private var data: DataDirectory { DataDirectory(root + "/data") }

  /// The hashes of all entries that a log ever had, of which the oldest were removed since.
  static func history(before wholeLog: String, after log: String) throws -> [ChainHead] {
    let whole = try hashes(LMDBEventLog(directory: wholeLog, access: .readOnly))
    let left = try hashes(LMDBEventLog(directory: log, access: .readOnly))
    return Array(whole.hashes.prefix(Int(left.first) - 1)) + left.hashes
  }

  /// The hashes of a log's entries, and the position of the first.
  private static func hashes(_ log: LMDBEventLog) throws -> (first: UInt64, hashes: [ChainHead]) {
    var hashes: [ChainHead] = []
    let summary = try log.summary()
    let first = summary.isEmpty ? .first : summary.firstPosition
    try log.read(from: first) { entry in
      let bytes = unsafe entry.bytes.withUnsafeBytes { unsafe Array($0) }
      hashes.append(ChainHead.genesis.extended(by: bytes))
      return .proceed
    }
    return (first.rawValue, hashes)
  }

  /// Checks everything.
  ///
  /// - Returns: The last position of the log that was left.
  /// - Throws: ``Broken``, or the fault that came of it.
  func run(_ promised: Promised, full: Bool) async throws -> UInt64 {
    let last = try checkLog(
      data.log, atLeast: promised.position, without: promised.removed...promised.leaving)
    try verify(data, mayLackImages: true)
    try checkCopy(root + "/backup", done: promised.backup)
    try checkCopy(root + "/restored", done: promised.restored)
    for position in promised.kept where position > promised.leaving {
      try checkKept(Position(position))
    }
    guard full else { return last }
    try await start(promised, last: last)
    if last > 0 { try finishBackup() }
    return last
  }

  /// The log is what it was up to a position, of which everything is that anybody was told of.
  ///
  /// - Parameter removed: Up to where its oldest entries may be gone.
  private func checkLog(
    _ directory: String, atLeast told: UInt64, without removed: ClosedRange<UInt64> = 0...0
  ) throws -> UInt64 {
    let found: (first: UInt64, hashes: [ChainHead])
    do {
      let log = try LMDBEventLog(directory: directory, access: .readOnly)
      found = try Self.hashes(log)
      try log.verify()
    } catch let fault as LogFault where fault.code == .missing && told == 0 {
      return 0
    }
    let (first, hashes) = found
    guard removed.contains(first - 1) else {
      throw Broken("the log begins at \(first), and entries were removed up to \(removed)")
    }
    guard hashes.elementsEqual(history.dropFirst(Int(first) - 1).prefix(hashes.count)) else {
      throw Broken("the log has entries that never were")
    }
    let last = first - 1 + UInt64(hashes.count)
    guard last >= told else {
      throw Broken("the log ends at \(last), and clients were told of \(told)")
    }
    return last
  }

  /// What `finalverse verify` says.
  private func verify(_ data: DataDirectory, mayLackImages: Bool) throws {
    do {
      let report = try Verification(data: data).run()
      // The file of an image that was just being made is made anew by the next start.
      let findings = report.findings.filter {
        !(mayLackImages && $0.file?.contains("/images/") == true)
      }
      if let finding = findings.first { throw Broken("verify: \(finding)") }
    } catch let fault as LogFault where fault.code == .missing {
      return
    }
  }

  /// A server starts and stops, and everything is as it was promised.
  private func start(_ promised: Promised, last: UInt64) async throws {
    try await startAndStop()
    try verify(data, mayLackImages: false)
    let log = try LMDBEventLog(directory: data.log, access: .readOnly)
    var fold = try FreshFold(
      log, members: .retries, from: KeptImages(directory: data.keptImages))
    try fold.advance(to: Position(last))
    for command in promised.commands.suffix(40) {
      let position = fold.world.retries.position(
        of: CommandID(command.id), by: ActorID(command.actor))
      guard position?.rawValue == command.position else {
        throw Broken("the command \(command.id) came to \(command.position), and not to that again")
      }
    }
    let texts = try TextFile(data.texts, access: .readOnly)
    let kept = try texts.texts(from: .first, through: Position.max)
    for (position, text) in promised.texts {
      guard kept.contains(where: { $0.position.rawValue == position && $0.text == text }) else {
        throw Broken("the text of the message at \(position) is lost")
      }
    }
    let summary = try log.summary()
    guard kept.allSatisfy({ $0.position <= summary.lastPosition }) else {
      throw Broken("there is a text of an entry that is not there")
    }
    let store = try IdentityDirectory(path: data.identity).openStore()
    for name in promised.accounts {
      guard let name = AccountName(name), try store.account(named: name) != nil else {
        throw Broken("the account \(name) is lost")
      }
    }
  }

  private func startAndStop() async throws {
    var configuration = EngineConfiguration(onFault: { _ in }, onImageReport: { _ in })
    let texts = data.texts
    configuration.texts = { try TextFile(texts, access: .readWrite) }
    configuration.room = StorageRoom.unlimited
    let engine = try Engine.open(data, note: "a test", configuration: configuration)
    var accounts = AccountsConfiguration { SystemClock().now() }
    accounts.cost = .cheap
    _ = try await IdentityDirectory(path: data.identity).open(
      world: engine.logID.description, nextPlayer: engine.nextPlayer, configuration: accounts)
    engine.start()
    await engine.stop()
  }

  /// A copy of the world is whole, or refused; after it was said to be made, it is whole.
  private func checkCopy(_ path: String, done: UInt64?) throws {
    let copy = DataDirectory(path)
    guard let done else {
      do {
        _ = try checkLog(copy.log, atLeast: 0)
      } catch let fault as LogFault
        where [.missing, .damaged].contains(fault.code) && fault.message.contains("missing")
      {
        // It says what it lacks.
      }
      return
    }
    _ = try checkLog(copy.log, atLeast: done)
    let identity = IdentityDirectory(path: copy.identity)
    for file in [identity.storeFile, identity.operatorTokenFile, copy.texts, copy.worldFile] {
      guard let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int,
        size > 0
      else { throw Broken("\(file) was copied and is lost") }
    }
    _ = try identity.openStore().accounts()
    _ = try TextFile(copy.texts, access: .readOnly).texts(from: .first, through: .max)
  }

  private func finishBackup() throws {
    let backup = DataDirectory(root + "/backup")
    _ = try Backup.make(of: data, in: backup)
    try verify(backup, mayLackImages: false)
  }

  private func checkKept(_ position: Position) throws {
    let kept = KeptImages(directory: data.keptImages)
    var fold = FreshFold(try LMDBEventLog(directory: data.log, access: .readOnly))
    if let fault = try fold.begin(withImagesIn: kept.path(of: position), through: position) {
      throw Broken("the images kept at \(position) are of no use: \(fault.message)")
    }
  }
}
