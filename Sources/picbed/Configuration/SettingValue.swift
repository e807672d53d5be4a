/// The value of an option or of its `PICBED_` variable, made from the text that a person wrote.
/// Parsed once, then trusted.
protocol SettingValue: Sendable {
  /// Throws what would be right; the caller says where the wrong text stood.
  init(parsing text: String) throws(SettingError)
}

/// What would have been right, as the end of a sentence: `use a size like 500M or 1GiB`.
struct SettingError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// One of the raw values, in any case.
  init(parsing text: String) throws(SettingError) {
    guard let value = Self(rawValue: text.lowercased()) else {
      throw SettingError("use \(Self.alternatives)")
    }
    self = value
  }

  /// `always or everysec`, for help and errors.
  static var alternatives: String {
    let words = allCases.map(\.rawValue)
    return words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }
}

extension StringProtocol {
  /// The number that these ASCII digits, and nothing else, stand for; nil past `Int64.max` too.
  var decimalValue: Int64? {
    utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(self) : nil
  }

  /// Cuts `12KiB` into its leading ASCII digits and the rest.
  var numberAndUnit: (number: SubSequence, unit: SubSequence) {
    let end = firstIndex { !$0.isASCII || !$0.isWholeNumber } ?? endIndex
    return (self[..<end], self[end...])
  }
}
