internal import EventLog
internal import Synchronization

/// The durable image of a projection: its rows and a checkpoint, in one LMDB file.
///
/// One process writes, by ``ImageWriter``; any number of others read meanwhile (``ImageReader``).
/// Thread-safe.
public final class Image: Sendable {
  /// The limits of an image.
  public struct Configuration: Sendable {
    /// The address space to reserve, in bytes, which bounds the file's size.
    ///
    /// It costs nothing else.
    public var mapBytes: Int

    /// An image is not written when the disk has less room than this, in bytes: what is left is for
    /// the log.
    public var diskReserveBytes: UInt64

    /// How much room the disk of a directory has, in bytes; nil when that cannot be known.
    public var freeBytes: @Sendable (_ directory: String) -> UInt64?

    /// Sets limits; those not given suit a server whose log has the default ones.
    ///
    /// - Parameters:
    ///   - mapBytes: 64 GiB by default.
    ///   - diskReserveBytes: 512 MiB by default: more than the log keeps free, so that an image never
    ///     takes the room that the log needs.
    ///   - freeBytes: Asks the operating system by default; tests answer for it.
    public init(
      mapBytes: Int = 64 << 30, diskReserveBytes: UInt64 = 512 << 20,
      freeBytes: (@Sendable (_ directory: String) -> UInt64?)? = nil
    ) {
      self.mapBytes = mapBytes
      self.diskReserveBytes = diskReserveBytes
      self.freeBytes = freeBytes ?? { LogDirectory.freeByteCount(at: $0) }
    }
  }

  /// The projection's name.
  public let projection: String

  /// The version of the projection that the rows are of.
  public let version: UInt32

  /// The image's file.
  public let file: String

  let logID: LogID
  let configuration: Configuration
  let directory: ImageDirectory
  let environment: LMDBEnvironment
  private let latest: Mutex<Checkpoint?>

  /// Opens the image or creates it.
  ///
  /// Its pages have been checked.
  init<P: Projection & ~Copyable>(
    of type: P.Type, in directory: ImageDirectory, logID: LogID, configuration: Configuration
  ) throws(ImageFault) {
    projection = P.name
    version = P.version
    file = directory.file(P.name, version: P.version)
    self.logID = logID
    self.configuration = configuration
    self.directory = directory
    do throws(LMDBFault) {
      environment = try LMDBEnvironment(
        file: file,
        options: LMDBEnvironment.Options(
          access: .readWrite, mapBytes: configuration.mapBytes,
          // LMDB's documentation of MDB_NOMETASYNC: "This optimization maintains database integrity,
          // but a system crash may undo the last committed transaction." Here that only moves the
          // checkpoint back, and the log is folded from there; it saves one of two syncs a write.
          durability: .allButLast, databases: Self.databases(of: type)))
    } catch {
      throw ImageFault(wrapping: error, file: directory.file(P.name, version: P.version))
    }
    latest = Mutex(nil)
    let checkpoint = try ImageSnapshot(environment).checkpoint()
    latest.withLock { $0 = checkpoint }
  }

  /// The newest checkpoint that was written; nil when none ever was.
  public var checkpoint: Checkpoint? { latest.withLock { $0 } }

  /// The image as it is now, for reading on any thread.
  ///
  /// - Throws: ``ImageFault``
  public func snapshot() throws(ImageFault) -> ImageSnapshot {
    try ImageSnapshot(environment)
  }

  func setCheckpoint(_ checkpoint: Checkpoint) {
    latest.withLock { $0 = checkpoint }
  }

  /// The databases of an image: one for each table, and the one of the checkpoint.
  static func databases<P: Projection & ~Copyable>(
    of type: P.Type
  ) -> [LMDBEnvironment.DatabaseOptions] {
    var tables = TableList()
    var empty = P()
    empty.visitTables(&tables)
    return (tables.names + [ImageFormat.metaDatabase]).map { name in
      LMDBEnvironment.DatabaseOptions(name: name, hasIntegerKeys: false)
    }
  }

  private struct TableList: TableVisitor {
    var names: [String] = []

    mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
      precondition(
        table.name != ImageFormat.metaDatabase && !names.contains(table.name),
        "A projection cannot have a table of the name \(table.name).")
      precondition(
        (1...ImageFormat.keyByteCountMax).contains(Key.encodedLength),
        "The keys of table \(table.name) cannot be that long.")
      names.append(table.name)
    }
  }
}
