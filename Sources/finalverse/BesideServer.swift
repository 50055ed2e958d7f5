import ArgumentParser
import Engine
import EventLog
import Foundation

/// A command that reads, checks or copies a world, perhaps for long, while a server may be serving it.
///
/// It gives way: its threads get what the machine's processors have left over. Players wait for a server's threads; an operator can wait for
/// a copy.
protocol BesideServer: ParsableCommand {
  /// The world.
  var data: DataOptions { get }
}

extension DataDirectory {
  /// How fast to write beside the server that has the directory, which waits for the disk at every commit.
  var diskPace: DiskPace { DirectoryLock.holder(of: log) == nil ? .full : .gentle }
}

extension BesideServer {
  /// Lets everything else on the machine go first, for as long as this process lives; does nothing when nobody serves the world.
  ///
  /// Called before there are other threads: those that come later inherit it. A system that does not allow it is no reason not to work.
  func giveWay() {
    guard DirectoryLock.holder(of: data.directory.log) != nil else { return }
    // SCHED_IDLE of <linux/sched.h>, which Glibc's module leaves out.
    let idle: Int32 = 5
    var parameters = sched_param()
    _ = unsafe sched_setscheduler(0, idle, &parameters)
  }
}
