import AkinLinearAlgebra
import AkinParallel
import TestSupport
import Testing

@testable import AkinFormats

@Suite struct VectorFileTests {
  private let folder = TemporaryFolder()
  private let sample = VectorFile(
    vectors: DenseMatrix(
      rows: 3, columns: 2, elements: [1.5, -2, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0]),
    ids: ["a", "naïve b", "c\"d,e"])

  /// The bytes that NumPy writes.
  private func npy(
    _ elements: [Float], shape: String, descr: String = "'<f4'", order: String = "False", version: UInt8 = 1
  ) -> [UInt8] {
    let header = Array("{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + elements.flatMap { little($0.bitPattern) }
  }

  private func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) }
  }

  @Test(arguments: VectorFormat.allCases)
  func `what is read is what was written`(format: VectorFormat) throws {
    let path = folder.file("vectors.\(format.rawValue)")
    try sample.write(to: path, format: format)
    let read = try VectorFile.read(path)
    #expect(read.vectors == sample.vectors)
    #expect(read.ids == (format.hasIDs ? sample.ids : nil))
    #expect(try VectorFile.read(path, format: format) == read)
    let none = VectorFile(vectors: DenseMatrix(rows: 0, columns: 2), ids: [])
    if format == .npy || format == .word2vec {
      try none.write(to: path, format: format)
      #expect(try VectorFile.read(path).vectors.rowCount == 0)
    }
  }

  @Test func `forms that others write`() throws {
    let expected = DenseMatrix(rows: 2, columns: 2, elements: [1, 2, 3, 4.5])
    func read(_ bytes: [UInt8], _ name: String) throws -> VectorFile {
      try VectorFile.read(folder.write(bytes, to: name))
    }
    for version in [1, 2, 3] as [UInt8] {
      #expect(try read(npy([1, 2, 3, 4.5], shape: "(2, 2)", version: version), "a.npy").vectors == expected)
    }
    let doubles = npy([], shape: "(2, 2)", descr: "'<f8'") + [1, 2, 3, 4.5].flatMap { little($0.bitPattern) }
    #expect(try read(doubles, "no suffix").vectors == expected)
    let texts = [
      ("2 2\nx 1 2 \ny z 3 4.5 \n", ["x", "y z"]), ("2 2\r\n\" 1 2\r\n, 3 4.5", ["\"", ","]),
      ("id,a,b\nx,1,2\ny,3,4.5\n", ["x", "y"]), ("7\t1\t2\n8\t3\t4.5\n", ["7", "8"]), ("x 1 2\ny 3 4.5", ["x", "y"]),
    ]
    for (text, ids) in texts {
      let file = try read(Array(text.utf8), "text")
      #expect(file.vectors == expected && file.ids == ids, "\(text)")
    }
    let fvecs = [[1, 2], [3, 4.5]].flatMap { little(Int32(2)) + $0.flatMap { little(Float($0).bitPattern) } }
    #expect(try read(fvecs, "b.fvecs").vectors == expected)
    #expect(try VectorFile.read(folder.write(fvecs, to: "b"), format: .fvecs).vectors == expected)
  }

  @Test(.enabled(if: exists("/usr/bin/gzip")), arguments: [VectorFormat.npy, .fvecs, .word2vec])
  func `compressed files`(format: VectorFormat) throws {
    try sample.write(to: folder.file("v.\(format.rawValue)"), format: format)
    _ = try command("/usr/bin/gzip", ["v.\(format.rawValue)"], in: folder.path)
    #expect(try VectorFile.read(folder.file("v.\(format.rawValue).gz")).vectors == sample.vectors)
  }

  @Test(.enabled(if: Python.canImport("numpy")))
  func `NumPy and this read each other`() throws {
    let path = folder.file("theirs.npy")
    let text = try Python.run(
      """
      import sys, numpy as np
      x = np.random.default_rng(1).normal(size=(37, 5))
      np.save(sys.argv[1], x)
      print(*x.astype('f4').view('u4').ravel())
      """, arguments: [path])
    let file = try VectorFile.read(path)
    #expect(
      file.vectors.elements().map { "\($0.bitPattern)" } == text.split { $0 == " " || $0 == "\n" }.map(String.init))
    try file.write(to: folder.file("ours.npy"), format: .npy)
    let answer = try Python.run(
      "import sys, numpy as np; x = np.load(sys.argv[1]); y = np.load(sys.argv[2]); print(y.dtype, (x.astype('f4') == y).all())",
      arguments: [path, folder.file("ours.npy")])
    #expect(answer == "float32 True\n")
  }

  @Test func `bad input is refused, by place`() throws {
    let nan = Float.nan, four: [Float] = [1, 2, 3, 4]
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    let table: [(name: String, content: [UInt8], place: String, found: String)] = [
      ("a.npy", npy(four, shape: "(2, 2)", descr: "'>f4'"), "its header", "elements of type '>f4'"),
      ("a.npy", npy(four, shape: "(2, 2)", descr: "[('x', '<f4')]"), "its header", "elements of type [('x'"),
      ("a.npy", npy(four, shape: "(2, 2)", order: "True"), "its header", "an array column by column"),
      ("a.npy", npy(four, shape: "(4,)"), "its header", "shape (4,)"),
      ("a.npy", npy(four, shape: "(2, 2, 1)"), "its header", "shape (2, 2, 1)"),
      ("a.npy", npy(four, shape: "(2, 0)"), "its header", "vectors of 0 elements"),
      ("a.npy", npy(four, shape: "(-2, -2)"), "its header", "shape (-2, -2)"),
      ("a.npy", npy(four, shape: "(3, 2)"), "the data behind its header", "16 bytes"),
      ("a.npy", npy(four, shape: "(1, 2)"), "the data behind its header", "16 bytes"),
      ("a.npy", npy(four, shape: "(1000000000000, 16000000)"), "its header", "1000000000000 vectors"),
      ("a.npy", npy(four, shape: "(4000000000, 16000000)"), "the data behind its header", "16 bytes"),
      ("a.npy", npy([1, 2, 3, nan], shape: "(2, 2)"), "vector 2, element 2", "nan"),
      ("a.npy", npy([1, -.infinity, 3, nan], shape: "(2, 2)"), "vector 1, element 2", "-inf"),
      ("a.npy", npy([], shape: "(1, 1)", descr: "'<f8'") + little(1e300.bitPattern), "vector 1, element 1", "1e+300"),
      ("a.npy", Array(npy(four, shape: "(2, 2)").prefix(30)), "its header", "the end of the file"),
      ("a.npy", npy(four, shape: "(2, 2)", version: 4), "its header", "version 4 of the format"),
      ("a.fvecs", [1, 0], "its start", "fewer than 4 bytes"),
      ("a.fvecs", little(Int32(-1)), "vector 1", "-1 elements"),
      ("a.fvecs", little(Int32(1)) + [0, 0, 0, 0, 1], "its end", "9 bytes"),
      ("a.fvecs", little(Int32(1)) + [0, 0, 0, 0] + little(Int32(2)) + [0, 0, 0, 0], "vector 2", "2 elements"),
      ("a.fvecs", little(Int32(1)) + little(nan.bitPattern), "vector 1, element 1", "nan"),
      ("a", bytes("3 2\nx 1 2\ny 3 4\n"), "its end", "2 vectors"),
      ("a", bytes("1 2\nx 1 2\ny 3 4\n"), "line 3", "one more vector"),
      ("a", bytes("2 2\nx 1 2\ny 3\n"), "line 3", "2 fields"),
      ("a", bytes("2 2\nx 1 2\ny 3 z\n"), "line 3, element 2", "'z', not a number"),
      ("a", bytes("2 2\nx 1 2\ny 3 inf\n"), "line 3, element 2", "'inf', not a finite number"),
      ("a", bytes("2 2\nx 1 2\nx 3 4\n"), "line 3", "id 'x' again, after line 2"),
      ("a", bytes("2 2\nx 1 2\n 3 4\n"), "line 3", "an empty id"),
      ("a", bytes("2 1\n") + [0xFF, 0x20, 0x31] + bytes("\ny 1\n"), "line 2", "an id that is not UTF-8 text"),
      ("a", bytes("999999999 999\nx 1 2\n"), "line 1", "999999999 vectors of 999 elements"),
      ("a", bytes("id,a,b\nx,1,2\ny,3\n"), "line 3", "y,3"),
      ("a", bytes("id,a,b\nx,1,2\ny,3,\n"), "line 3, column b", "'', not a number"),
      ("a", bytes("id,a,b\nx,1,2\ny,3,nan\n"), "line 3, column b", "'nan', not a finite number"),
      ("a", bytes("id,a,b\nx,1,2\ny,3,1e39\n"), "line 3, column b", "'1e39', not a finite number"),
      ("a", bytes("id,a,b\nx,1,2\nx,3,4\n"), "line 3", "id 'x' again, after line 2"),
      ("a", bytes("id,a,b\n,1,2\n"), "line 2", "an empty id"), ("a", bytes("id\nx\n"), "the first line", "one column"),
    ]
    for row in table {
      let path = folder.write(row.content, to: row.name)
      do {
        _ = try VectorFile.read(path)
        Issue.record("\(row.found): was read")
      } catch let VectorFileError.malformed(name, place, found, expected) {
        #expect(
          name == path && place == row.place && found.hasPrefix(row.found) && !expected.isEmpty, "\(place): \(found)")
      }
    }
    #expect(throws: FormatError.self) { try VectorFile.read(folder.file("missing")) }
    #expect(throws: FormatError.self) { try VectorFile.read(folder.write([], to: "empty")) }
    #expect(throws: VectorFileError.self) { try VectorFile.read(folder.write([], to: "empty.npy"), format: .npy) }
  }

  @Test func `ids in a file of their own`() throws {
    #expect(try VectorFile.readIDs(folder.write("a\r\nb c\nç", to: "ids")) == ["a", "b c", "ç"])
    #expect(try VectorFile.readIDs(folder.write("a\n", to: "ids")) == ["a"])
    for (text, place) in [("a\n\nb\n", "line 2"), ("a\nb\na\n", "line 3")] {
      #expect(throws: VectorFileError.self, "\(place)") { try VectorFile.readIDs(folder.write(text, to: "ids")) }
    }
    let vectors = VectorFile(vectors: DenseMatrix(rows: 2, columns: 1))
    #expect(try vectors.named(["a", "b"], path: "ids").ids == ["a", "b"])
    #expect(
      throws: VectorFileError.malformed(
        path: "ids", place: "the file", found: "3 ids", expected: "2, one for each vector")
    ) { try vectors.named(["a", "b", "c"], path: "ids") }
  }

  @Test func `what a format cannot hold is not written`() throws {
    let path = folder.file("x")
    for format in [VectorFormat.csv, .tsv, .word2vec] {
      #expect(throws: VectorFileError.self) {
        try VectorFile(vectors: DenseMatrix(rows: 1, columns: 1)).write(to: path, format: format)
      }
    }
    let odd = VectorFile(vectors: DenseMatrix(rows: 1, columns: 1), ids: ["a\tb\nc"])
    #expect(throws: VectorFileError.self) { try odd.write(to: path, format: .tsv) }
    #expect(throws: VectorFileError.self) { try odd.write(to: path, format: .word2vec) }
    try odd.write(to: path, format: .csv)
    #expect(try VectorFile.read(path, format: .csv) == odd)
    #expect(folder.names() == ["x"])
  }

  @Test func `reading stops when asked`() throws {
    try sample.write(to: folder.file("v.npy"), format: .npy)
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try VectorFile.read(folder.file("v.npy"), cancellation: cancellation)
    }
  }
}
