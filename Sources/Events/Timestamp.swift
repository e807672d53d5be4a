import Glibc

/// Points in time as text, appended without intermediate strings. Any thread.
package enum Timestamp {
  /// `2026-11-23T21:40:01.123Z` (RFC 3339) from milliseconds since the epoch: for logs and files.
  package static func appendUTC(_ milliseconds: Int64, to bytes: inout [UInt8]) {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    append(parts, separator: 0x54, to: &bytes)
    bytes.append(0x2E)
    append(Int(milliseconds % 1000), digits: 3, to: &bytes)
    bytes.append(0x5A)
  }

  /// `2026-11-23 21:40:01` in the server's time zone, from milliseconds since the epoch: what people see.
  package static func appendLocal(_ milliseconds: Int64, to bytes: inout [UInt8]) {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    append(parts, separator: 0x20, to: &bytes)
  }

  private static func append(_ parts: tm, separator: UInt8, to bytes: inout [UInt8]) {
    append(Int(parts.tm_year) + 1900, digits: 4, to: &bytes)
    bytes.append(0x2D)
    append(Int(parts.tm_mon) + 1, digits: 2, to: &bytes)
    bytes.append(0x2D)
    append(Int(parts.tm_mday), digits: 2, to: &bytes)
    bytes.append(separator)
    append(Int(parts.tm_hour), digits: 2, to: &bytes)
    bytes.append(0x3A)
    append(Int(parts.tm_min), digits: 2, to: &bytes)
    bytes.append(0x3A)
    append(Int(parts.tm_sec), digits: 2, to: &bytes)
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(0x30 + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
