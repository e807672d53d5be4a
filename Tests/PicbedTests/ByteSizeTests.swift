import Testing

@testable import picbed

struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("1b", 1), ("1k", 1024), ("1K", 1024), ("500M", 524_288_000),
    ("1G", 1_073_741_824), ("2T", 2_199_023_255_552), ("1KiB", 1024), ("1mib", 1_048_576),
    ("1GiB", 1_073_741_824), ("3TiB", 3_298_534_883_328), ("1kB", 1000), ("10MB", 10_000_000),
    ("1GB", 1_000_000_000), ("1TB", 1_000_000_000_000),
  ])
  func accepts(_ text: String, _ bytes: Int64) throws {
    #expect(try ByteSize(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    "", "-1", "+1", "1.5G", "G", "1 GiB", "1GiBs", "1XB", "0x10", "１", "12K3", " 1", "1 ", "1\0",
    "99999999999999999999",
  ])
  func refuses(_ text: String) {
    #expect(throws: SettingError.self) { try ByteSize(parsing: text) }
  }

  @Test func refusesWhatDoesNotFit() throws {
    #expect(try ByteSize(parsing: "8388607T").bytes == 8_388_607 << 40)
    #expect(throws: SettingError("use a size below 8 EiB")) { try ByteSize(parsing: "8388608T") }
  }
}
