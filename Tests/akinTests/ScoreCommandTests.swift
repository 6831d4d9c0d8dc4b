import TestSupport
import Testing

@Suite struct ScoreCommandTests {
  let folder = TemporaryFolder()

  @Test func `lists from anywhere are scored as by hand`() throws {
    folder.write("user,item,rank\na,x,1\na,y,2\nb,z,1\nc,x,1\n", to: "mine.csv")
    folder.write("user,item\na,y\na,w\nb,x\nd,x\n", to: "test.csv")
    let result = try akin(
      "score", "--lists", "mine.csv", "--test", "test.csv", "--metrics", "recall@2,mrr,precision@2", in: folder)
    #expect(result.status == 0)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    // a: one of two, at rank 2; b: nothing; d: no list.
    #expect(rows[0] == ["metric", "value", "lower", "upper", "users"])
    #expect(rows[1][1] == "\(0.5 / 3)" && rows[1][4] == "3")
    #expect(rows[2][1] == "\(0.5 / 3)")
    #expect(rows[3][1] == "\(0.5 / 3)")
    #expect(
      result.error == """
        warning: mine.csv: 1 user without held-out items, not scored
        note: 1 of 3 users without a list: misses for accuracy

        """)
  }

  @Test func `grades, training data and one row a method`() throws {
    folder.write("user,item,rating\na,p,3\na,q,2\na,r,3\na,s,0\na,t,1\na,u,2\n", to: "truth.csv")
    folder.write(
      "method,user,rank,item\n" + "pqrstu".enumerated().map { "one,a,\($0.offset + 1),\($0.element)\n" }.joined()
        + "two,a,1,p\n", to: "mine.csv")
    let graded = try akin(
      "score", "--lists", "mine.csv", "--test", "truth.csv", "--metrics", "ndcg@6,ndcg-exp@6", "--graded", "--quiet",
      in: folder)
    let rows = graded.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    // Grades 3 2 3 0 1 2 at k = 6, ideal from the same six.
    #expect(rows[1][0] == "one" && rows[1][2].hasPrefix("0.9608"))
    #expect(rows[2][2].hasPrefix("0.9488"))
    #expect(rows[3][0] == "two")
    folder.write("0 1 2\n1 2 3\n", to: "train.txt")
    folder.write("0 3\n1 1\n", to: "test.txt")
    folder.write("0 2 3\n1 1\n", to: "lists.txt")
    let leaky = try akin(
      "score", "--lists", "lists.txt", "--test", "test.txt", "--train", "train.txt", "--metrics", "recall@2,novelty@2",
      in: folder)
    #expect(leaky.error == "warning: lists.txt: 1 recommended items are in the training data of their user\n")
    #expect(leaky.output.contains("recall@2\t1.0\t"))
  }

  @Test func `two files of lists are compared`() throws {
    folder.write("user,item\na,x\na,y\na,z\nb,x\nb,y\n", to: "old.csv")
    folder.write("user,item\na,y\na,x\na,w\nb,x\nb,y\nc,x\n", to: "new.csv")
    let result = try akin("compare", "old.csv", "new.csv", in: folder)
    #expect(result.status == 0)
    #expect(
      result.output.hasPrefix(
        """
        old.csv → new.csv, the first 20 of 2 lists
          lists in one file only: 0 before, 1 after
        """))
    #expect(result.output.contains("identical: 1 of 2 lists; items entered: 1, left: 1\n"))
    #expect(result.output.hasSuffix("  entered: w (3)\n  left: z (3)\n"))
    #expect(result.error.isEmpty)
    let same = try akin("compare", "old.csv", "old.csv", in: folder)
    #expect(same.status == 0 && same.error == "note: old.csv was compared with itself\n", "\(same.error)")
    let json = try akin("compare", "old.csv", "new.csv", "-k", "2", "--json", in: folder)
    #expect(json.output.contains("\"format\" : \"akin.comparison/1\"") && json.output.contains("\"kendallTau\" : 0"))
    folder.write("user,item\nq,x\n", to: "else.csv")
    let none = try akin("compare", "old.csv", "else.csv", in: folder)
    #expect(none.status == 1 && none.error.contains("have no list in common"))
  }

  @Test func `errors of predicted ratings`() throws {
    folder.write("user,item,rating\na,x,4\na,y,2\nb,x,5\n", to: "truth.csv")
    folder.write("user,item,score\na,x,3\na,y,2\na,z,1\n", to: "mine.csv")
    let result = try akin(
      "score", "--lists", "mine.csv", "--test", "truth.csv", "--metrics", "rmse,mae", in: folder)
    #expect(result.error.hasPrefix("note: 1 held-out rating without a prediction, left out\n"))
    #expect(result.output == "metric\tvalue\tlower\tupper\tusers\nrmse\t0.7071067811865476\t\t\t\nmae\t0.5\t\t\t\n")
    folder.write("user,item\na,x\n", to: "plain.csv")
    let refused = try akin("score", "--lists", "mine.csv", "--test", "plain.csv", "--metrics", "mae", in: folder)
    #expect(refused.status == 2 && refused.error.contains("plain.csv has no column of them"))
  }
}
