import Foundation
import TestSupport
import Testing

/// What docs/propagation.md shows runs as it is printed there.
@Suite struct PropagationExamplesTests {
  @Test func `every example of the propagation methods runs`() throws {
    let text = try String(contentsOfFile: projectFolder + "/docs/propagation.md", encoding: .utf8)
    let blocks = text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    let commands = blocks.joined().split(separator: "\n").count { $0.hasPrefix("akin ") }
    #expect(commands >= 12)
    let folder = TemporaryFolder()
    folder.write("set -eu\nakin() { '\(akinPath)' \"$@\"; }\n" + blocks.joined(), to: "examples.sh")
    let result = try command("/bin/bash", ["examples.sh"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    // The second table is of predictions: what was made by taste is predicted better than by means alone.
    let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t") }
    func error(_ name: String) -> Double? { rows.last { $0.first.map(String.init) == name }.flatMap { Double($0[1]) } }
    let (biases, factors) = (try #require(error("rating-bias")), try #require(error("biased-mf")))
    #expect(factors < biases)
  }
}
