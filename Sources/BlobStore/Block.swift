import Events
import Glibc

/// Memory that the disk can take bytes from without a copy (O_DIRECT, open(2)), filled from the front.
///
/// `@unchecked Sendable`: it belongs to whoever took it from its pool, until it is given back; one thread at a
/// time.
final class Block: @unchecked Sendable {
  /// What the memory, its length and its place in the file are to be multiples of. A page: no common disk has larger
  /// blocks.
  static let alignment = 4096
  /// In writes of this size a disk is about as fast as it gets.
  static let bytesMax = 1 << 19

  private let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: bytesMax, alignment: alignment)
  private var count = 0

  deinit { memory.deallocate() }

  var isFull: Bool { count == memory.count }

  /// Adds the first of these bytes, as many as there is room for: how many.
  func append(_ bytes: ArraySlice<UInt8>) -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    let added = min(room.count, bytes.count)
    room.copyBytes(from: bytes.prefix(added))
    count += added
    return added
  }

  /// Hands whole alignments to `write`, which answers how many bytes it took, until none is left; what was
  /// taken leaves the block. Answers how many bytes those were.
  func drain(_ write: (UnsafeRawBufferPointer) throws(BlobError) -> Int) throws(BlobError) -> Int {
    let whole = count & ~(Self.alignment - 1)
    var done = 0
    defer { removeFirst(done) }
    while done < whole {
      done += try write(UnsafeRawBufferPointer(rebasing: memory[done..<whole]))
    }
    return done
  }

  /// What is in it.
  var bytes: [UInt8] { Array(memory[..<count]) }

  func clear() { count = 0 }

  private func removeFirst(_ bytes: Int) {
    memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[bytes..<count]))
    count -= bytes
  }
}

/// The few blocks of a volume: as many large uploads at once are written past the page cache, the others through
/// it. Memory is taken when first needed and kept. Any thread.
final class BlockPool: Sendable {
  /// Who writes one waits for the disk: not so many that all threads of the disk pool could do so.
  private static let blocksMax = 4

  private struct State {
    var idle: [Block] = []
    var made = 0
  }
  private let state = Lock(State())

  /// Nil where all are lent.
  func take() -> Block? {
    state.withLock { state in
      if let block = state.idle.popLast() { return block }
      guard state.made < Self.blocksMax else { return nil }
      state.made += 1
      return Block()
    }
  }

  /// What is still in it is dropped.
  func giveBack(_ block: Block) {
    block.clear()
    state.withLock { $0.idle.append(block) }
  }
}
