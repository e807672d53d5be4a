import Dispatch

/// A queue of Dispatch's as a task executor; Dispatch makes threads as its jobs block. For tests that block: the few
/// threads of Swift's pool belong to those that do not.
package final class BlockingExecutor: TaskExecutor {
  package static let shared = BlockingExecutor()
  private let queue = DispatchQueue(label: "blocking tests", attributes: .concurrent)

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
