internal import EventLog
internal import SwiftProtobuf

/// Fills empty tables with the rows of an image, checking each.
struct ImageLoader: TableVisitor {
  let snapshot: ImageSnapshot
  private(set) var state = StateSummary.empty

  init(_ snapshot: ImageSnapshot) {
    self.snapshot = snapshot
  }

  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) throws(ImageFault) {
    let hasher = StateDigest.Hasher(table: table.name)
    var keyBytes: [UInt8] = []
    var last: Key?
    do {
      try snapshot.forEachRow(in: table.name) { key, row in
        keyBytes.removeAll(keepingCapacity: true)
        unsafe key.withUnsafeBytes { unsafe keyBytes.append(contentsOf: $0) }
        func fault(_ what: String, cause: (any Error)? = nil) -> ImageFault {
          .damaged(what, file: snapshot.file, table: table.name, key: keyBytes, cause: cause)
        }
        guard let decoded = Key(decoding: keyBytes[...]) else { throw fault("a key is none") }
        if let last, last >= decoded { throw fault("a key is out of order") }
        let message: Row
        do {
          message = try Row(serializedBytes: row)
        } catch {
          throw fault("a row is not of this table's schema", cause: error)
        }
        table.load(decoded, message)
        state.add(hasher.digest(key: key, row: row))
        last = decoded
        return .proceed
      }
    } catch {
      throw ImageFault(wrapping: error, file: snapshot.file)
    }
  }
}
