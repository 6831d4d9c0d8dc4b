import Foundation
import TestSupport
import Testing

/// What docs/walks.md shows runs as it is printed there.
@Suite struct WalkExamplesTests {
  @Test func `every example of the step rules runs`() throws {
    let text = try String(contentsOfFile: projectFolder + "/docs/walks.md", encoding: .utf8)
    var script = "set -eu\nakin() { '\(akinPath)' \"$@\"; }\n"
    var isShell = false
    var commands = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
      } else if isShell {
        script += line + "\n"
        if line.hasPrefix("akin ") { commands += 1 }
      }
    }
    #expect(commands >= 12)
    let folder = TemporaryFolder()
    folder.write(script, to: "examples.sh")
    let result = try command("/bin/bash", ["examples.sh"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    // Every command that writes walks wrote some.
    for name in folder.names() where name.hasSuffix(".txt") {
      #expect(!bytes(of: folder.file(name)).isEmpty, "\(name)")
    }
  }
}
