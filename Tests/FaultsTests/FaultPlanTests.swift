import Glibc
import Testing

@testable import Faults

struct FaultPlanTests {
  @Test func oneTimeEachTimeAndARange() throws {
    let plan = try #require(
      FaultPlan("upload.published=kill@2,disk.sync=ENOSPC@2-3,disk.write=EIO,delete.begun=5ms@2-"))
    #expect(plan.actions(at: .uploadPublished, times: 3) == [nil, .kill, nil])
    let full = FaultPlan.Action.fail(errno: ENOSPC)
    #expect(plan.actions(at: .diskSync, times: 4) == [nil, full, full, nil])
    #expect(plan.actions(at: .diskWrite, times: 2) == [.fail(errno: EIO), nil])
    let wait = FaultPlan.Action.wait(milliseconds: 5)
    #expect(plan.actions(at: .deleteBegun, times: 3) == [nil, wait, wait])
    #expect(plan.actions(at: .shareClaimed, times: 1) == [nil])
  }

  @Test func failuresAreAnswered() throws {
    let plan = try #require(FaultPlan("disk.link=EIO"))
    #expect(plan.reach(.diskLink) == EIO)
    #expect(plan.reach(.diskLink) == nil)
  }

  @Test(arguments: [
    "upload.published", "upload.nowhere=kill", "disk.sync=EWHAT", "disk.sync=EIO@0",
    "disk.sync=EIO@3-2", "disk.sync=EIO@x", "delete.begun=5", "=kill",
  ])
  func whatIsNoPlan(_ text: String) {
    #expect(FaultPlan(text) == nil)
  }

  @Test func nothingGoesWrongUnasked() {
    #expect(!FaultPoint.areOn)
    for point in FaultPoint.allCases { #expect(point.failure == nil) }
  }
}
