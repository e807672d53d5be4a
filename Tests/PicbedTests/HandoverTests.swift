import Events
import Glibc
import Logging
import Testing

@testable import picbed

/// What goes over the sockets between two picbeds, and between a picbed and its Redis' keeper.
struct HandoverTests {
  private let folder = TemporaryFolder()

  @Test func anOfferReadsBack() {
    let offer = HandoverOffer(pid: 4711, redis: "unix:/a b=c", listeners: 2, hasKeeper: true)
    #expect(
      offer.text == "picbed 1\npid=4711\nredis=unix:/a b=c\nlisteners=2\nkeeper=1\n")
    #expect(HandoverOffer(offer.text) == offer)
    #expect(HandoverOffer(offer.text + "more=things\n") == offer)
  }

  @Test(arguments: [
    "", "picbed 2\npid=1\nredis=x\nlisteners=1\nkeeper=0\n", "picbed 1\n",
    "picbed 1\npid=1\nredis=x\nlisteners=many\nkeeper=0\n", "no: another picbed is taking over",
  ])
  func whatIsNoOffer(_ text: String) {
    #expect(HandoverOffer(text) == nil)
  }

  @Test func keeperPackets() {
    for packet: KeeperPacket in [.ready, .stop, .failed("why"), .log(Array("2026 line\n".utf8))] {
      #expect(KeeperPacket(packet.bytes) == packet)
    }
  }

  @Test func descriptorsTravelWithAPacket() throws {
    let (one, other) = try PacketSocket.pair()
    try File.write(folder.path + "/file", Array("contents".utf8))
    let file = open(folder.path + "/file", O_RDONLY | O_CLOEXEC)
    #expect(one.send("here", descriptors: [file, file]))
    close(file)
    guard case .packet(let packet) = other.receive() else {
      Issue.record("no packet")
      return
    }
    #expect(packet.text == "here" && packet.descriptors.count == 2)
    #expect(fcntl(packet.descriptors[0], F_GETFD) & FD_CLOEXEC != 0)
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(packet.descriptors[1], &bytes, 16) == 8)
    for descriptor in packet.descriptors { close(descriptor) }
  }

  @Test func theEndOfTheOtherSideIsSeen() throws {
    var pair: (PacketSocket, PacketSocket)? = try PacketSocket.pair()
    let other = pair!.1
    if case .nothingYet = other.receive() {} else { Issue.record("something came") }
    pair!.0.send("last words")
    pair = nil
    if case .packet(let packet) = other.receive() {
      #expect(packet.text == "last words")
    } else {
      Issue.record("the packet is lost")
    }
    if case .end = other.receive() {} else { Issue.record("no end") }
  }

  /// The kernel takes 107 bytes of path; a data folder may lie deeper.
  @Test func aSocketInADeepFolder() throws {
    var deep = folder.path
    for _ in 0..<4 {
      deep += "/" + String(repeating: "x", count: 60)
      mkdir(deep, 0o700)
    }
    #expect(PacketSocket.connect("s.sock", in: deep) == nil)
    let listening = try #require(PacketSocket.listen("s.sock", in: deep))
    let client = try #require(PacketSocket.connect("s.sock", in: deep))
    let accepted = try #require(listening.accept())
    client.send("hello")
    if case .packet(let packet) = accepted.receive(millisecondsMax: 1_000) {
      #expect(packet.text == "hello")
    } else {
      Issue.record("nothing came")
    }
    // What a dead process left behind is replaced.
    #expect(PacketSocket.listen("s.sock", in: deep) != nil)
  }

  @Test func nobodyToTakeOverFrom() throws {
    #expect(try TakeOver.ask(folder.path) == nil)
    #expect(try TakeOver.ask(folder.path + "/not/there") == nil)
  }

  @Test func aSharedLockGoesWithTheLastHolder() throws {
    var first: DataFolder? = try DataFolder(folder.path, command: "old")
    var second: DataFolder? = try DataFolder(
      folder.path, command: "new", lock: dup(try #require(first).descriptor))
    first = nil
    #expect(throws: PicbedError.self) { try DataFolder(folder.path, command: "third") }
    second?.writeNote()
    let note = try File.read(folder.path + "/picbed.lock", bytesMax: 4096)
    #expect(String(decoding: note, as: UTF8.self).hasSuffix("Z new\n"))
    second = nil
    #expect(eventually { (try? DataFolder(folder.path, command: "third")) != nil })
  }
}
