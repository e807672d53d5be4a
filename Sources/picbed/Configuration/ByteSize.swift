/// A number of bytes as people write it: `4096`, `500M`, `10MB`, `1GiB`. KiB, MiB, GiB, TiB and the
/// bare letters K, M, G, T count in 1024s; kB, MB, GB, TB in 1000s (IEC 80000-13). Case does not
/// matter.
struct ByteSize: SettingValue, Equatable {
  let bytes: Int64

  init(parsing text: String) throws(SettingError) {
    let (number, unit) = text.numberAndUnit
    guard let count = number.decimalValue, let factor = Self.factors[unit.lowercased()] else {
      throw SettingError("use a whole number of bytes, or one with a unit like 500M, 10MB or 1GiB")
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw SettingError("use a size below 8 EiB") }
    self.bytes = bytes
  }

  private static let factors: [String: Int64] = [
    "": 1, "b": 1,
    "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
    "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
  ]
}
