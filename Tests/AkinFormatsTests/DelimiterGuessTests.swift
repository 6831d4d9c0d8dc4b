import Testing

@testable import AkinFormats

@Suite struct DelimiterGuessTests {
  @Test(arguments: [
    ("a,b\n1,2\n", ","), ("a\tb\n1\t2\n", "\t"), ("a;b\n1,5;2,5\n", ";"), ("a|b|c\n1|2|3\n", "|"), ("1 2\n3 4\n", " "),
    // A comma in one name, the tab in every line.
    ("user\tlast, first\n1\tx\n2\ty\n", "\t"),
    // Delimiters inside of quotes do not count.
    ("\"a;b;c\",d\n\"x;y\",z\n", ","),
    // Both in the header, only one in the records.
    ("a,b;c\n1;2\n3;4\n", ";"),
    ("first name,last name\nA B,C D\n", ","),
    ("user id;item id", ";"),
  ])
  func `the delimiter that most lines agree on`(text: String, delimiter: String) {
    #expect(DelimiterGuess(Array(text.utf8))?.delimiter == delimiter.utf8.first)
  }

  @Test func `a single column has none`() {
    #expect(DelimiterGuess(Array("title\nAlien\n".utf8)) == nil)
    #expect(DelimiterGuess([]) == nil)
  }

  @Test func `it tells what it saw`() {
    let guess = DelimiterGuess(Array("a,b,c\n1,2,3\n4,5\nhalf".utf8))
    #expect(guess?.columnCount == 3)
    #expect(guess?.lineCount == 3)
    #expect(guess?.agreeingLineCount == 2)
  }
}
