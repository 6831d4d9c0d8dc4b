import TestSupport
import Testing

@testable import AkinEngine

@Suite struct JobFileTests {
  private let folder = TemporaryFolder()
  private let header = JobFile.Header(job: ["method": "cosine", "k": "5"])

  @Test func `a job that stopped goes on after what is on disk for good`() throws {
    let path = folder.file("out.csv")
    do {
      let file = try JobFile(path: path, header: header)
      #expect(file.isEmpty && file.done == 0)
      try file.append("head\n", pieces: 0)
      try file.append("a\nb\n", pieces: 2)
    }
    // What a crash left behind the note is not counted.
    folder.write(bytes(of: path + ".part") + Array("half a li".utf8), to: "out.csv.part")
    let file = try JobFile(path: path, header: header)
    #expect(!file.isEmpty && file.done == 2)
    try file.append("c\n", pieces: 1)
    #expect(!exists(path))
    try file.finish()
    #expect(bytes(of: path) == Array("head\na\nb\nc\n".utf8))
    #expect(folder.names() == ["out.csv"])
  }

  @Test func `an unfinished job of another kind is not written over`() throws {
    let path = folder.file("out.csv")
    try JobFile(path: path, header: header).append("a\n", pieces: 1)
    let other = JobFile.Header(job: ["method": "pixie", "k": "5", "seed": "1"])
    #expect(throws: JobFileError.otherJob(path: path + ".part.json", differing: ["method cosine, not pixie"])) {
      _ = try JobFile(path: path, header: other)
    }
    folder.write("no note", to: "out.csv.part.json")
    #expect(throws: JobFileError.notACheckpoint(path: path + ".part.json")) {
      _ = try JobFile(path: path, header: header)
    }
  }

  @Test func `a note without its output begins anew`() throws {
    let path = folder.file("out.csv")
    try JobFile(path: path, header: header).append("a\n", pieces: 1)
    folder.write("", to: "out.csv.part")
    let file = try JobFile(path: path, header: header)
    #expect(file.isEmpty && file.done == 0)
  }

  @Test func `a place that cannot be written is named`() throws {
    #expect(throws: JobFileError.cannotWrite(path: folder.file("no/x.part"), reason: "No such file or directory")) {
      _ = try JobFile(path: folder.file("no/x"), header: header)
    }
  }
}
