import Foundation
import Schema
import SwiftProtobuf

/// The files that worlds are founded from: a `WorldFile` as protobuf's JSON.
enum WorldSource {
  /// Reads a world file; what the world makes of it is checked at the founding.
  ///
  /// - Throws: ``Failure``, which names what is wrong with the file.
  static func read(_ path: String) throws(Failure) -> WorldFile {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw Failure(.noData, "cannot read the world file \(path): \(reason(error))")
    }
    if let place = FieldValue.syntaxFault(in: Array(data)) {
      let place = "line \(place.line), column \(place.column)"
      throw Failure(.usage, "\(path) is no JSON: it goes wrong in \(place).")
    }
    do {
      return try WorldFile(jsonUTF8Bytes: data)
    } catch {
      throw Failure(.usage, "\(path) is no world file: \(reason(error))")
    }
  }

  /// Writes a world file for people to copy and change.
  ///
  /// - Throws: ``Failure``
  static func write(_ file: WorldFile, to path: String) throws(Failure) {
    do {
      try DurableFile.write(Data(text(of: file).utf8), to: path, permissions: 0o644)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.cannotWrite, "cannot write \(path): \(reason(error))")
    }
  }

  /// A world file's text, with its fields in the schema's order.
  static func text(of file: WorldFile) throws -> String {
    var options = JSONEncodingOptions()
    options.alwaysPrintInt64sAsNumbers = true
    let json: [UInt8] = try file.jsonUTF8Bytes(options: options)
    return (FieldValue(json: json)?.prettyJSON() ?? "{}") + "\n"
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case JSONDecodingError.unknownField(let name):
      "it has a field '\(name)', and there is no such field."
    case let error as JSONDecodingError: "a field's value is not what the field holds (\(error))."
    default: error.localizedDescription
    }
  }
}
