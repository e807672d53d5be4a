internal import Glibc

/// The members of one JSON object (RFC 8259 §4) in the order of their first appearance. Of members
/// with the same name the last one's value counts. Names are the same if their bytes are (§8.3);
/// they are kept as bytes, since hardly one is ever needed as a String.
package struct JSONObject: Sendable {
  /// The bytes of all names, one behind the other.
  private var nameBytes: [UInt8] = []
  private var members: [Member] = []

  private struct Member {
    /// In `nameBytes`; the name starts where the one before it ends.
    let nameEnd: Int
    var value: JSONValue
  }

  /// Up to here a new name is compared with every earlier one, past it an index is made: a loop
  /// over a few short names beats hashing them, and a thousand names must not cost a million
  /// comparisons.
  private static let scannedMax = 16
  /// A request has four to eight fields with short names: one allocation each then holds them.
  private static let membersAtFirst = 8
  private static let nameBytesAtFirst = 96

  /// An object without members.
  package init() {}

  /// The object that `bytes` hold, all of them but for white space round it. Throws where they hold
  /// anything else, another kind of value included. Any thread.
  package init(parsing bytes: RawSpan) throws(JSONError) {
    guard case .object(let object) = try JSONValue(parsing: bytes) else {
      throw .malformed(offset: 0, reason: "an object was expected")
    }
    self = object
  }

  /// As above, for a whole array.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    try self.init(parsing: bytes.span.bytes)
  }

  /// The number of members.
  package var count: Int { members.count }

  /// The names, each once, in the order of their first appearance.
  package var names: [String] {
    members.indices.map { String(decoding: nameBytes[nameRange(of: $0)], as: UTF8.self) }
  }

  /// The value of the member of that name, or nil where there is none. The work grows with `count`.
  package subscript(_ name: StaticString) -> JSONValue? {
    name.withUTF8Buffer { value(named: UnsafeRawBufferPointer($0)) }
  }

  /// As above, for a name that is not known until run time.
  package subscript(named name: String) -> JSONValue? {
    var name = name
    return name.withUTF8 { value(named: UnsafeRawBufferPointer($0)) }
  }

  /// The text of the member of that name; nil where there is none or its value is no string.
  package func string(_ name: StaticString) -> String? {
    guard case .string(let text)? = self[name] else { return nil }
    return text
  }

  /// The integer of the member of that name; nil where there is none or its value is no integer.
  package func integer(_ name: StaticString) -> Int64? {
    guard case .integer(let number)? = self[name] else { return nil }
    return number
  }

  private func value(named name: UnsafeRawBufferPointer) -> JSONValue? {
    firstIndex(of: name).map { members[$0].value }
  }

  private func firstIndex(of name: UnsafeRawBufferPointer) -> Int? {
    nameBytes.withUnsafeBytes { nameBytes in
      var start = 0
      for index in members.indices {
        let end = members[index].nameEnd
        if end - start == name.count,
          name.isEmpty || memcmp(nameBytes.baseAddress! + start, name.baseAddress!, name.count) == 0
        {
          return index
        }
        start = end
      }
      return nil
    }
  }

  private func nameRange(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : members[index - 1].nameEnd)..<members[index].nameEnd
  }
}

extension JSONObject {
  /// Collects members while an object is read.
  struct Builder {
    private var object = JSONObject()
    /// Where each name stands; empty until there are more than `scannedMax`.
    private var indexes: [[UInt8]: Int] = [:]
    /// The members taken, those that a later one replaced included.
    private(set) var taken = 0

    /// Takes a member whose name is these UTF-8 bytes.
    mutating func append(_ name: RawSpan, _ value: JSONValue) {
      taken += 1
      name.withUnsafeBytes { name in
        if let index = index(of: name) {
          object.members[index].value = value
          return
        }
        if object.members.isEmpty {
          object.members.reserveCapacity(membersAtFirst)
          object.nameBytes.reserveCapacity(nameBytesAtFirst)
        }
        object.nameBytes.append(contentsOf: name)
        object.members.append(Member(nameEnd: object.nameBytes.count, value: value))
        if !indexes.isEmpty { indexes[Array(name)] = object.members.count - 1 }
      }
    }

    mutating func append(_ name: [UInt8], _ value: JSONValue) { append(name.span.bytes, value) }

    consuming func finish() -> JSONObject { object }

    private mutating func index(of name: UnsafeRawBufferPointer) -> Int? {
      if object.members.count <= scannedMax { return object.firstIndex(of: name) }
      if indexes.isEmpty {
        for index in object.members.indices {
          indexes[Array(object.nameBytes[object.nameRange(of: index)])] = index
        }
      }
      return indexes[Array(name)]
    }
  }
}

extension JSONObject: Equatable {
  /// The same names with equal values; the order does not count (RFC 8259 §1).
  package static func == (one: JSONObject, other: JSONObject) -> Bool {
    one.count == other.count && one.names.allSatisfy { other[named: $0] == one[named: $0] }
  }
}
