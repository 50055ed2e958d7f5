import Glibc

/// What the operating system says of this process, under the names that Prometheus has for it.
package struct ProcessFacts: Sendable {
  private let startedAt: Double

  /// A process that starts now.
  package init() {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    startedAt = Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1_000
  }

  /// Writes what is known; what the system does not tell is left out.
  ///
  /// Reads files, so it belongs on a thread that may.
  package func add(to text: inout MetricsText) {
    text.family(
      "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.",
      [.init(startedAt, [])])
    text.family(
      "process_cpu_seconds_total", .counter, "Time that all threads have spent on processors.",
      [.init(Self.processorSeconds, [])])
    if let bytes = Self.residentBytes {
      text.gauge("process_resident_memory_bytes", "Memory that the process holds.", bytes)
    }
    if let count = Self.openFiles {
      text.gauge("process_open_fds", "File descriptors that are open.", count)
    }
  }

  private static var processorSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec / 1_000) / 1_000_000
  }

  /// The second number of `statm` (proc(5)), in pages.
  private static var residentBytes: Int? {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard unsafe fgets(&line, Int32(line.count), file) != nil else { return nil }
    let text = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let numbers = text.split(separator: " ")
    guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  private static var openFiles: Int? {
    guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    // Itself, its parent, and the directory being read.
    return count - 3
  }
}
