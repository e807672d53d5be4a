/// The request target in its four forms (RFC 9112 §3.2), split into path and query.
enum RequestTarget {
  static func parse(
    _ span: RawSpan, _ head: inout RequestHead, _ notes: inout FieldNotes
  ) throws(ProtocolError) {
    var target = head.targetRange
    guard !target.isEmpty else { throw .bad("the request target is missing") }
    if head.method == .connect {
      throw ProtocolError(.notImplemented, "CONNECT is not served here")
    }
    if span[byte: target.lowerBound] != 0x2F {
      if span.slice(target).equals("*"), head.method == .options {
        (head.pathRange, head.queryRange) = (target, target.upperBound..<target.upperBound)
        return
      }
      target = try afterAuthority(span, target, &notes)
      if target.isEmpty || span[byte: target.lowerBound] != 0x2F {
        // "http://host" and "http://host?q" have the path "/" (RFC 9110 §4.2.3). It stands nowhere
        // in the target but in front of the host.
        head.pathRange = notes.authority!.lowerBound - 1..<notes.authority!.lowerBound
        head.queryRange = min(target.lowerBound + 1, target.upperBound)..<target.upperBound
        return
      }
    }
    split(span, target, &head)
  }

  /// `http://host:port/path`: accepted from any client, and its authority overrides Host (§3.2.2).
  private static func afterAuthority(
    _ span: RawSpan, _ target: Range<Int>, _ notes: inout FieldNotes
  ) throws(ProtocolError) -> Range<Int> {
    var at = target.lowerBound
    if target.count > 7, span.slice(at..<at + 7).equalsIgnoringCase("http://") {
      at += 7
    } else if target.count > 8, span.slice(at..<at + 8).equalsIgnoringCase("https://") {
      at += 8
    } else {
      throw .bad("the request target does not begin with '/'")
    }
    var end = at
    while end < target.upperBound, span[byte: end] != 0x2F, span[byte: end] != 0x3F { end += 1 }
    guard HostField.isValid(span.slice(at..<end)), end > at else {
      throw .bad("the request target names no valid host")
    }
    notes.authority = at..<end
    return end..<target.upperBound
  }

  /// Splits at the first `?`. Deployed clients also send `/api/myfiles&cmd=normal`: below `/api/`
  /// the first `&` of a target without `?` starts the query.
  private static func split(_ span: RawSpan, _ target: Range<Int>, _ head: inout RequestHead) {
    var mark = target.lowerBound
    while mark < target.upperBound, span[byte: mark] != 0x3F { mark += 1 }
    if mark == target.upperBound, target.count > 5,
      span.slice(target.lowerBound..<target.lowerBound + 5).equals("/api/")
    {
      mark = target.lowerBound
      while mark < target.upperBound, span[byte: mark] != 0x26 { mark += 1 }
    }
    head.pathRange = target.lowerBound..<mark
    head.queryRange = min(mark + 1, target.upperBound)..<target.upperBound
  }
}

/// `Host = uri-host [ ":" port ]` (RFC 9110 §7.2).
enum HostField {
  /// True for a reg-name, an IPv4 address or a bracketed IPv6 address, with or without a port, and
  /// for nothing at all (what a client sends whose URL has no authority). What passes can be put
  /// into a URL as it is.
  static func isValid(_ host: RawSpan) -> Bool {
    var at = 0
    if host.byteCount > 0, host[byte: 0] == 0x5B {
      at = 1
      while at < host.byteCount,
        host[byte: at].hexValue != nil || host[byte: at] == 0x3A
          || host[byte: at] == 0x2E
      { at += 1 }
      guard at > 1, at < host.byteCount, host[byte: at] == 0x5D else { return false }
      at += 1
    } else {
      while at < host.byteCount, isNameByte(host[byte: at]) { at += 1 }
    }
    if at == host.byteCount { return true }
    guard at > 0, host[byte: at] == 0x3A, host.byteCount - at <= 6 else { return false }
    var port = 0
    for offset in at + 1..<host.byteCount {
      guard host[byte: offset].isDigit else { return false }
      port = port * 10 + Int(host[byte: offset] - 0x30)
    }
    return port <= Int(UInt16.max)
  }

  /// unreserved of RFC 3986 §2.3; percent-encoded and sub-delims are in no host name that people
  /// use.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isDigit || byte.asciiLowercased &- 0x61 < 26 || byte == 0x2D || byte == 0x2E
      || byte == 0x5F
  }
}
