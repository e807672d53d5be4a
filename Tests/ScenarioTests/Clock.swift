import Glibc

/// The wall clock, in seconds since 1970.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The seconds since 1970 of `YYYY-MM-DD HH:MM:SS` in this machine's time zone, or in the zone that lies
/// `hoursEast` of UTC; nil if the text has not exactly that form.
func localTime(_ text: String, hoursEast: Int? = nil) -> Double? {
  let form = #/([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})/#
  guard let match = try? form.wholeMatch(in: text) else { return nil }
  var parts = tm()
  parts.tm_year = CInt(match.1)! - 1_900
  parts.tm_mon = CInt(match.2)! - 1
  parts.tm_mday = CInt(match.3)!
  parts.tm_hour = CInt(match.4)!
  parts.tm_min = CInt(match.5)!
  parts.tm_sec = CInt(match.6)!
  parts.tm_isdst = -1
  if let hoursEast { return Double(timegm(&parts) - hoursEast * 3_600) }
  return Double(mktime(&parts))
}

/// A pause in which the server reads what was sent until now, so that what follows arrives apart from it.
func usleepBriefly() { usleep(500) }
