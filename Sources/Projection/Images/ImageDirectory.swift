internal import EventLog
internal import Glibc

/// The directory that images are in.
struct ImageDirectory: Sendable {
  static let suffix = ".image"
  /// An image on its way to replace one: written whole under this name, then renamed.
  static let draftSuffix = ".image.new"

  private let directory: LogDirectory

  /// Makes the directory if it is missing, and resolves links, so that one file has one name in this
  /// process.
  ///
  /// - Throws: ``ImageFault``
  init(creating path: String) throws(ImageFault) {
    do throws(LogFault) {
      try LogDirectory(path: path).create()
      directory = try LogDirectory(path: path).resolved()
    } catch {
      throw ImageFault(wrapping: error, file: path)
    }
  }

  /// Names a directory that exists.
  ///
  /// - Throws: ``ImageFault`` of code ``ImageFault/Code/missing``.
  init(existing path: String) throws(ImageFault) {
    do throws(LogFault) {
      directory = try LogDirectory(path: path).resolved()
    } catch {
      throw ImageFault(
        code: .missing, message: "There is no directory of images at \(path). Check the path.",
        file: path, cause: error)
    }
  }

  /// The path without links.
  var path: String { directory.path }

  func file(_ projection: String) -> String {
    directory.path + "/" + projection + Self.suffix
  }

  func draftFile(_ projection: String) -> String {
    directory.path + "/" + projection + Self.draftSuffix
  }

  /// The projections that have an image, in alphabetical order.
  func projections() throws(ImageFault) -> [String] {
    do throws(LogFault) {
      return try directory.names().filter { $0.hasSuffix(Self.suffix) }
        .map { String($0.dropLast(Self.suffix.count)) }.sorted()
    } catch {
      throw ImageFault(wrapping: error, file: directory.path)
    }
  }

  /// Removes an image, or a draft of one, with its lock file.
  ///
  /// Nobody in this process has it open.
  func remove(_ file: String) throws(ImageFault) {
    try unlinkIfThere(file + "-lock")
    try unlinkIfThere(file)
  }

  /// Puts the draft of an image in the image's place, durably.
  ///
  /// Nobody in this process has either open.
  ///
  /// The lock file goes too, since it tells how far the image that is replaced had come: whoever opens
  /// the new one makes another, and whoever reads the old one goes on with both old files. It goes
  /// first and last, so that a crash in between leaves none.
  func adoptDraft(_ projection: String) throws(ImageFault) {
    let (draft, file) = (draftFile(projection), file(projection))
    try unlinkIfThere(draft + "-lock")
    try unlinkIfThere(file + "-lock")
    guard unsafe rename(draft, file) == 0 else { throw .system("rename", file: draft) }
    try unlinkIfThere(file + "-lock")
    do throws(LogFault) {
      try directory.synchronize()
    } catch {
      throw ImageFault(wrapping: error, file: file)
    }
  }

  private func unlinkIfThere(_ path: String) throws(ImageFault) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .system("unlink", file: path) }
  }

  static func exists(_ file: String) -> Bool {
    unsafe access(file, F_OK) == 0
  }
}

extension ImageFault {
  /// A call of the operating system failed; reads `errno`.
  static func system(_ operation: String, file: String) -> ImageFault {
    let code = errno
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    return ImageFault(
      code: code == ENOSPC || code == EDQUOT ? .diskFull : .inputOutput,
      message: "\(operation) failed: \(reason). Check the disk and the file's permissions.",
      file: file, nativeCode: code)
  }
}
