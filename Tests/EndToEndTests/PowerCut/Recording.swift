import Foundation
import Glibc

/// What programs did to the files below a directory, in order; see `tools/power-cut/recorder/include/recorder.h`.
struct Recording {
  /// What a record tells.
  enum Event {
    case start
    case create(path: String, file: UInt64)
    case makeDirectory(path: String)
    case write(file: UInt64, offset: Int, data: Range<Int>, isDurable: Bool)
    case truncate(file: UInt64, size: Int)
    case sync(file: UInt64)
    case syncDirectory(path: String)
    case rename(path: String, to: String)
    case unlink(path: String)
    case removeDirectory(path: String)
    case send(socket: UInt64, data: Range<Int>)
    case note(String)
    case link(path: String, file: UInt64)
    case map(file: UInt64)
  }

  /// A file that is no recording.
  struct Unreadable: Error {
    /// Where it goes wrong.
    let offset: Int
  }

  private static let headerByteCount = 24

  /// The bytes that ``Event/write(file:offset:data:isDurable:)`` and ``Event/send(socket:data:)`` speak of.
  let bytes: [UInt8]
  /// The records.
  let events: [Event]

  /// Reads a recording.
  init(_ path: String) throws {
    bytes = try Array(Data(contentsOf: URL(filePath: path)))
    var events: [Event] = []
    var offset = 0
    while offset < bytes.count {
      guard offset + Self.headerByteCount <= bytes.count else { throw Unreadable(offset: offset) }
      let count = Int(Self.number(in: bytes, at: offset, bytes: 4))
      guard count >= Self.headerByteCount, offset + count <= bytes.count,
        let event = Self.event(in: bytes, at: offset, end: offset + count)
      else { throw Unreadable(offset: offset) }
      events.append(event)
      offset += count
    }
    self.events = events
  }

  private static func number(in bytes: [UInt8], at offset: Int, bytes count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private static func event(in bytes: [UInt8], at start: Int, end: Int) -> Event? {
    let pathEnd = start + headerByteCount + Int(number(in: bytes, at: start + 6, bytes: 2))
    guard pathEnd <= end else { return nil }
    let path = String(decoding: bytes[(start + headerByteCount)..<pathEnd], as: UTF8.self)
    let file = number(in: bytes, at: start + 8, bytes: 8)
    let size = Int(number(in: bytes, at: start + 16, bytes: 8))
    var text: String { String(decoding: bytes[pathEnd..<end], as: UTF8.self) }
    switch bytes[start + 4] {
    case 1: return .start
    case 2: return .create(path: path, file: file)
    case 3: return .makeDirectory(path: path)
    case 4:
      return .write(
        file: file, offset: size, data: pathEnd..<end, isDurable: bytes[start + 5] & 1 != 0)
    case 5: return .truncate(file: file, size: size)
    case 6: return .sync(file: file)
    case 7: return .syncDirectory(path: path)
    case 8: return .rename(path: path, to: text)
    case 9: return .unlink(path: path)
    case 10: return .removeDirectory(path: path)
    case 11: return .send(socket: file, data: pathEnd..<end)
    case 12: return .note(text)
    case 13: return .link(path: path, file: file)
    case 14: return .map(file: file)
    default: return nil
    }
  }

  /// Adds what a test has to say to a recording that goes on.
  static func note(_ text: String, in path: String) throws {
    var record = [UInt8](repeating: 0, count: headerByteCount)
    record += Array(text.utf8)
    for index in 0..<4 { record[index] = UInt8(truncatingIfNeeded: record.count >> (8 * index)) }
    record[4] = 12
    let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(descriptor) }
    let written = unsafe write(descriptor, record, record.count)
    guard written == record.count else { throw CocoaError(.fileWriteUnknown) }
  }
}
