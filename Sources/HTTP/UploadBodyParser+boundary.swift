extension UploadBodyParser {
  /// The boundary that `contentType` names for form data; nil where it names none that can be used.
  static func boundary(in contentType: String) -> [UInt8]? {
    var reader = ParameterReader(Array(contentType.utf8)[...])
    guard reader.token(allowingSlash: true) == "multipart/form-data" else { return nil }
    // What cannot be read names no boundary: the first line then decides.
    while let parameter = try? reader.next() {
      guard parameter.name == "boundary" else { continue }
      let isUsable =
        (1...delimiterBytesMax - 2).contains(parameter.value.count)
        && !parameter.value.contains(where: \.isControl)
      return isUsable ? parameter.value : nil
    }
    return nil
  }
}
