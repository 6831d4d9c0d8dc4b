import AkinFormats
import TestSupport
import Testing

@Suite struct ListFileTests {
  let folder = TemporaryFolder()

  private func read(_ text: String, _ name: String = "lists") throws -> (
    file: ListFile, users: NameIndex, items: NameIndex
  ) {
    var users = NameIndex()
    var items = NameIndex()
    let file = try ListFile(path: folder.write(text, to: name), users: &users, items: &items)
    return (file, users, items)
  }

  private func names(_ text: String, method: Int = 0) throws -> [[String]] {
    let (file, users, items) = try read(text)
    return try file.lists(of: method, userCount: users.count).map { $0.map { items.names[Int($0.item)] } }
  }

  @Test func `one user a line, as LightGCN publishes its data`() throws {
    let (file, users, items) = try read("0 5 3 9\n1\n\n2 5 5000\r\n3 7")
    #expect(file.form == .oneUserALine)
    #expect(users.names == ["0", "1", "2", "3"])
    #expect(file.users == [0, 1, 2, 3])
    #expect(items.names == ["5", "3", "9", "5000", "7"])
    #expect(try file.lists(userCount: 4).map { $0.map(\.item) } == [[0, 1, 2], [], [0, 3], [4]])
  }

  @Test func `order is by rank, else by score, else as it stands`() throws {
    #expect(try names("user,item,rank,score\na,x,2,9\na,y,1,3\nb,z,1,1\n") == [["y", "x"], ["z"]])
    #expect(try names("user,item,score\na,x,1\na,y,3\na,z,3\n") == [["y", "z", "x"]])
    #expect(try names("user,item\na,x\nb,q\na,y\n") == [["x", "y"], ["q"]])
  }

  @Test func `several methods share a file`() throws {
    let text = "method,user,rank,item\npopular,a,1,x\npixie,a,1,y\npixie,b,1,x\n"
    #expect(try read(text).file.methods == ["popular", "pixie"])
    #expect(try names(text) == [["x"], []])
    #expect(try names(text, method: 1) == [["y"], ["x"]])
  }

  @Test func `numbers of names are shared between files`() throws {
    var users = NameIndex()
    var items = NameIndex()
    _ = try ListFile(path: folder.write("user,item\nb,y\n", to: "one"), users: &users, items: &items)
    let two = try ListFile(path: folder.write("user,item\na,y\nb,x\n", to: "two"), users: &users, items: &items)
    #expect(two.entries.map(\.user) == [1, 0] && two.entries.map(\.item) == [0, 1])
    #expect(users.number(ofKnown: "a") == 1 && users.number(ofKnown: "c") == nil)
  }

  @Test func `what is wrong is named with its line`() throws {
    let path = folder.file("lists")
    #expect(throws: ListFileError.repeatedItem(path: path, line: 4, first: 2)) {
      _ = try names("user,item\na,x\na,y\na,x\n")
    }
    #expect(throws: ListFileError.badNumber(path: path, line: 3, column: "rank", found: "second")) {
      _ = try names("user,item,rank\na,x,1\na,y,second\n")
    }
    #expect(throws: ListFileError.emptyName(path: path, line: 2, column: "item")) { _ = try names("user,item\na,\n") }
    #expect(throws: FormatError.empty(path: path)) { _ = try names("") }
  }
}
