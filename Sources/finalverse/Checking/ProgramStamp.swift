import Foundation

/// Stands for the program that runs: another build of it has another stamp.
enum ProgramStamp {
  /// The executable's size and when it was written; a stamp of this process alone when the file is
  /// gone.
  static let current: String = {
    let files = FileManager.default
    guard let path = try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let facts = try? files.attributesOfItem(atPath: path),
      let size = (facts[.size] as? NSNumber)?.uint64Value,
      let date = (facts[.modificationDate] as? Date)?.timeIntervalSince1970
    else { return "process-\(ProcessInfo.processInfo.processIdentifier)" }
    return String(size, radix: 16) + "-" + String(date.bitPattern, radix: 16)
  }()
}
