import AkinParallel
import Foundation
import TestSupport
import Testing

/// AKIN_ISA pins the instruction set of all kernels.
@Suite struct KernelLevelTests {
  let folder = TemporaryFolder()

  private func akin(_ level: String, _ arguments: String...) throws -> CommandResult {
    try command("/usr/bin/env", ["AKIN_ISA=\(level)", akinPath] + arguments, in: folder.path)
  }

  @Test func `every level of the host answers alike`() throws {
    let attendance = projectFolder + "/graphs/southern-women/attendance.csv"
    for level in KernelLevel.available {
      let imported = try akin(level.rawValue, "import", attendance, "-o", "women.akin", "--quiet")
      #expect(imported.status == 0, "\(imported.error)")
      let trained = try akin(
        level.rawValue, "train", "women.akin", "--method", "jaccard", "-o", "\(level.rawValue).akin")
      #expect(trained.status == 0, "\(trained.error)")
    }
    let files = try KernelLevel.available.map { level in
      try akin(level.rawValue, "info", "\(level.rawValue).akin", "--json").output
        .split(separator: "\n").first { $0.contains("fingerprint") }
    }
    #expect(files[0] != nil && Set(files).count == 1)
  }

  @Test func `a level that there is not is refused`() throws {
    let known = KernelLevel.available.map(\.rawValue).joined(separator: ", ")
    let result = try akin("avx2", "--version")
    #expect(result.status == 2)
    #expect(result.error == "error: AKIN_ISA names no instruction set, expected one of \(known)\n")
  }
}
