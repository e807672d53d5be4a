internal import CHiredis

/// hiredis' protocol parser, with our own constructors in place of its reply tree: each value goes
/// straight into a `ReplyBuilder`, copied once. Bound to the thread of its connection.
final class ReplyReader {
  enum Next: Equatable {
    case reply(ReplyOutcome)
    case incomplete
    case malformed(String)
  }

  /// hiredis frees its buffer whenever it is empty and larger than this. Its default is what one
  /// read brings, which would mean a free and a malloc for each.
  private static let keptBytesMax = 256 * 1024

  private let reader: UnsafeMutablePointer<redisReader>
  private let replyBytesMax: Int
  private var builder: ReplyBuilder

  init(replyBytesMax: Int) {
    guard let reader = redisReaderCreateWithFunctions(Self.constructors) else {
      preconditionFailure("out of memory")
    }
    self.reader = reader
    self.replyBytesMax = replyBytesMax
    builder = ReplyBuilder(bytesMax: replyBytesMax)
    reader.pointee.maxbuf = Self.keptBytesMax
    // Unretained: deinit frees the reader.
    reader.pointee.privdata = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { redisReaderFree(reader) }

  /// Takes bytes as they came off the wire.
  func feed(_ bytes: UnsafeRawBufferPointer) {
    redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
  }

  /// The next whole reply of what was fed. After `malformed` the reader is of no more use.
  func next() -> Next {
    var object: UnsafeMutableRawPointer?
    guard redisReaderGetReply(reader, &object) == REDIS_OK else {
      return .malformed(builder.isTooBig ? tooBig : Self.text(of: reader.pointee.errstr))
    }
    if object != nil { return .reply(builder.take()) }
    // A string is parsed when all of it is here, so an endless one grows in hiredis' buffer, not in
    // ours.
    return reader.pointee.len > replyBytesMax ? .malformed(tooBig) : .incomplete
  }

  private var tooBig: String { "a reply of more than \(replyBytesMax) bytes" }

  private static func text<CharArray>(of array: CharArray) -> String {
    withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The object that hiredis believes to have got. It checks it against NULL (which makes `next`
  /// fail, as when memory runs out) and hands the outermost one back.
  private static func object(
    _ task: UnsafePointer<redisReadTask>?, _ build: (inout ReplyBuilder) -> Bool
  ) -> UnsafeMutableRawPointer? {
    let context = task!.pointee.privdata!
    let reader = Unmanaged<ReplyReader>.fromOpaque(context).takeUnretainedValue()
    return build(&reader.builder) ? context : nil
  }

  /// One table for the process, never changed after this and never freed: hence safe to share.
  private nonisolated(unsafe) static let constructors = {
    let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    table.initialize(
      to: redisReplyObjectFunctions(
        createString: { task, start, count in
          ReplyReader.object(task) { builder in
            let bytes = UnsafeRawBufferPointer(start: start, count: count)
            switch task!.pointee.type {
            case REDIS_REPLY_ERROR: return builder.addError(bytes)
            case REDIS_REPLY_STATUS:
              return builder.add(.status(String(decoding: bytes, as: UTF8.self)), bytes: count)
            default: return builder.add(.bytes([UInt8](bytes)), bytes: count)
            }
          }
        },
        createArray: { task, count in
          ReplyReader.object(task) { $0.openArray(count: Int(count)) }
        },
        createInteger: { task, value in
          ReplyReader.object(task) { $0.add(.integer(value)) }
        },
        createNil: { task in
          ReplyReader.object(task) { $0.add(.null) }
        },
        // Nothing was made: the object is the reader itself.
        freeObject: { _ in }))
    return table
  }()
}
