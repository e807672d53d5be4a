import Domain
import HTTP
import JSON

/// The fields of a call: the members of its body's JSON object, or the query's pairs for a call without a body.
/// Unknown ones are ignored; an integer may come as a decimal string.
struct CallFields {
  private var object: JSONObject?
  private var query: QueryString?

  /// Reads the body; throws `MalformedCall` when it is no JSON object. `allowsNone`: no body at all has no fields.
  init(_ request: Request, allowsNone: Bool = false) throws {
    if request.head.has(.contentEncoding) {
      throw MalformedCall(.unsupportedMediaType, "a body must come without Content-Encoding")
    }
    if allowsNone, request.body.isEmpty { return }
    do throws(JSONError) {
      object = try JSONObject(parsing: request.body)
    } catch {
      throw MalformedCall(.badRequest, "the body must be a JSON object: \(error)")
    }
  }

  /// For a GET: the fields stand in the query.
  init(queryOf request: Request) throws {
    guard let query = QueryString(request.head.queryBytes) else {
      throw MalformedCall(.badRequest, "the query is not well formed")
    }
    self.query = query
  }

  /// A text field; nil where it is absent or null. Throws for another kind of value.
  func text(_ name: StaticString) throws(InvalidValue) -> String? {
    if let query { return query["\(name)"] }
    switch object?[name] {
    case .string(let text)?: return text
    case nil, .null?: return nil
    default: throw InvalidValue(reason: "\(name) must be a string")
    }
  }

  func required(_ name: StaticString) throws(InvalidValue) -> String {
    guard let text = try text(name) else { throw InvalidValue(reason: "\(name) is missing") }
    return text
  }

  func integer(_ name: StaticString) throws(InvalidValue) -> Int64 {
    let value: Int64?
    if let query {
      value = query["\(name)"].flatMap(Self.decimal)
    } else {
      switch object?[name] {
      case .integer(let number)?: value = number
      case .number(let number)?: value = Self.integer(number)
      case .string(let text)?: value = Self.decimal(text)
      case nil: throw InvalidValue(reason: "\(name) is missing")
      default: value = nil
      }
    }
    guard let value else { throw InvalidValue(reason: "\(name) must be an integer") }
    return value
  }

  /// The page that `start`, `count` and `order` ask for.
  func page(isDescending: Bool? = nil) throws(InvalidValue) -> PageRequest {
    var descending = isDescending ?? false
    if isDescending == nil, let order = try text("order") {
      guard order == "asc" || order == "desc" else {
        throw InvalidValue(reason: "order must be asc or desc")
      }
      descending = order == "desc"
    }
    return try PageRequest(
      start: integer("start"), count: integer("count"), isDescending: descending)
  }

  /// The file that `md5` and `filename` name. `fileName`, as one example of the document spells it, works too.
  func fileID() throws(InvalidValue) -> FileID {
    let md5 = try HexDigits32(required("md5"), field: "md5")
    var name = try text("filename")
    if name == nil { name = try text("fileName") }
    guard let name else { throw InvalidValue(reason: "filename is missing") }
    return FileID(md5: md5, name: try FileName(name))
  }

  /// An integer that 64 bits do not hold counts as the largest or least that they do.
  private static func integer(_ number: Double) -> Int64? {
    guard number == number.rounded() else { return nil }
    return Int64(exactly: number) ?? (number < 0 ? .min : .max)
  }

  /// ASCII digits with a sign; `Int64.init` also takes a plus, which does no harm.
  private static func decimal(_ text: String) -> Int64? {
    if let value = Int64(text) { return value }
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard !digits.isEmpty, text.utf8.count - digits.count <= 1,
      digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return text.utf8.first == UInt8(ascii: "-") ? .min : .max
  }
}
