import Glibc

/// The wall clock, in seconds since 1970.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The seconds since 1970 of `YYYY-MM-DD HH:MM:SS` in this machine's time zone, or in the zone that
/// lies `hoursEast` of UTC; nil if the text has not exactly that form.
func localTime(_ text: String, hoursEast: Int? = nil) -> Double? {
  let bytes = Array(text.utf8)
  let form = Array("0000-00-00 00:00:00".utf8)
  guard bytes.count == form.count else { return nil }
  for (byte, sample) in zip(bytes, form) {
    let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    guard sample == UInt8(ascii: "0") ? isDigit : byte == sample else { return nil }
  }
  func number(_ range: Range<Int>) -> CInt { CInt(String(decoding: bytes[range], as: UTF8.self))! }
  var parts = tm()
  parts.tm_year = number(0..<4) - 1_900
  parts.tm_mon = number(5..<7) - 1
  parts.tm_mday = number(8..<10)
  parts.tm_hour = number(11..<13)
  parts.tm_min = number(14..<16)
  parts.tm_sec = number(17..<19)
  parts.tm_isdst = -1
  if let hoursEast { return Double(timegm(&parts) - hoursEast * 3_600) }
  return Double(mktime(&parts))
}

/// A pause in which the server reads what was sent until now, so that what follows arrives apart
/// from it.
func usleepBriefly() { usleep(500) }
