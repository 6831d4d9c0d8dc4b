import Testing

@testable import AkinFormats

@Suite struct ColumnRolesTests {
  func choose(_ columns: String, _ request: ColumnRequest = ColumnRequest()) throws -> ColumnRoles {
    try ColumnRoles.choose(from: columns.split(separator: ",").map(String.init), request: request, path: "r.csv")
  }

  @Test(arguments: [
    ("userId,movieId,rating,timestamp", [0, 1, 2, 3]), ("movieId,userId", [1, 0, -1, -1]),
    ("user_id:token,item_id:token,rating:float,timestamp:float", [0, 1, 2, 3]),
    ("User-ID,ISBN,Book-Rating", [0, 1, 2, -1]), ("reviewerID,asin,overall,unixReviewTime", [0, 1, 2, 3]),
    ("date,USER ID,business_id,stars", [1, 2, 3, 0]), ("session_id,item_id,created_at", [0, 1, -1, 2]),
    ("userID,artistID,weight", [0, 1, 2, -1]), ("who,what", [0, 1, -1, -1]), ("thing,user,rating", [1, 0, 2, -1]),
    ("rating,user,thing", [1, 2, 0, -1]),
  ])
  func `columns of known files`(columns: String, expected: [Int]) throws {
    let roles = try choose(columns)
    #expect([roles.source.index, roles.target.index, roles.weight?.index ?? -1, roles.time?.index ?? -1] == expected)
    #expect(!roles.looksSwapped)
  }

  @Test func `how a column was found is told`() throws {
    let roles = try choose("session_id,user_id,thing,plays,note", ColumnRequest(target: "thing"))
    #expect(roles.source == ColumnChoice(index: 1, name: "user_id", origin: .recognized, passedOver: ["session_id"]))
    #expect(roles.target == ColumnChoice(index: 2, name: "thing", origin: .requested, passedOver: []))
    #expect(roles.weight?.origin == .recognized)
    #expect(roles.weightKind == .count)
    #expect(roles.unused == ["session_id", "note"])
    #expect(try choose("a,b").source.origin == .position)
    #expect(try choose("user,item,rating").weightKind == .rating)
    #expect(try choose("user,item,x", ColumnRequest(weight: "x")).weightKind == nil)
  }

  @Test func `a request is exact first, then as names are compared`() throws {
    #expect(try choose("User_Id,userid,item", ColumnRequest(source: "userid")).source.index == 1)
    #expect(try choose("other,Item ID", ColumnRequest(source: "item_id")).source.index == 1)
  }

  @Test func `requests that cannot be met`() throws {
    let columns = ["userId", "movieId", "rating"]
    #expect(
      throws: FormatError.missingColumn(path: "r.csv", requested: "movieid2", columns: columns, closest: "movieId")
    ) { try choose("userId,movieId,rating", ColumnRequest(target: "movieid2")) }
    #expect(
      throws: FormatError.missingColumn(path: "r.csv", requested: "zzz", columns: columns, closest: nil)
    ) { try choose("userId,movieId,rating", ColumnRequest(target: "zzz")) }
    #expect(throws: FormatError.ambiguousColumn(path: "r.csv", requested: "id", columns: ["id", "id"])) {
      try choose("id,id", ColumnRequest(source: "id"))
    }
    #expect(throws: FormatError.columnUsedTwice(path: "r.csv", column: "a", roles: [.source, .target])) {
      try choose("a,b", ColumnRequest(source: "a", target: "a"))
    }
    #expect(throws: FormatError.tooFewColumns(path: "r.csv", columns: ["a"])) { try choose("a") }
    #expect(
      FormatError.missingColumn(path: "r.csv", requested: "raiting", columns: columns, closest: "rating").description
        == "r.csv: no column 'raiting' among userId, movieId, rating; did you mean 'rating'?")
  }

  @Test func `swapped roles are noticed by name`() throws {
    #expect(try choose("userId,movieId", ColumnRequest(source: "movieId", target: "userId")).looksSwapped)
    #expect(try !choose("userId,movieId,tag", ColumnRequest(source: "movieId", target: "tag")).looksSwapped)
  }

  @Test func `no name stands for two roles`() {
    var names: Set<String> = []
    for role in ColumnRole.allCases {
      for name in ColumnNames.known(role) {
        #expect(names.insert(name).inserted, "\(name)")
        #expect(ColumnNames.normalized(name) == name)
      }
    }
  }
}
