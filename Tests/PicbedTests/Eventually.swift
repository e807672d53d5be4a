import Glibc

/// True as soon as `condition` is; false when it is not within five seconds.
///
/// Closing a descriptor does not close what it stands for at once: a child that another test starts
/// at that moment holds a copy from its fork to its exec, close-on-exec or not.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<5000 {
    if try condition() { return true }
    usleep(1000)
  }
  return false
}
