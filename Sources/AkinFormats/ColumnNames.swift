/// What a column of an interaction file means.
public enum ColumnRole: String, Sendable, CaseIterable {
  case source
  case target
  case weight
  case time
}

/// What a weight counts, which decides what repeated edges mean.
public enum WeightKind: String, Sendable {
  /// How much somebody liked it: of repeated edges the last holds.
  case rating
  /// How often or how much: repeated edges add up.
  case count
}

/// The names under which columns of interaction files are known.
///
/// Compared without regard to case, `_`, `-`, `.`, spaces and a type suffix as RecBole writes it: `User ID`, `user_id`,
/// `userId` and `user_id:token` are one name.
public enum ColumnNames {
  /// In order of preference, should a file have several.
  static func known(_ role: ColumnRole) -> [String] {
    switch role {
    case .source: sources
    case .target: targets
    case .weight: ratings + counts
    case .time: times
    }
  }

  /// Whether at least two of the fields of a line are names that columns are known by, and none of them a number.
  static func areRoles(_ fields: [String]) -> Bool {
    let names = Set(ColumnRole.allCases.flatMap(known))
    return fields.count { names.contains(normalized($0)) } >= 2 && !fields.contains { Double($0) != nil }
  }

  private static let sources = [
    "userid", "user", "uid", "username", "reviewerid", "reviewer", "memberid", "member", "customerid", "customer",
    "readerid", "reader", "visitorid", "visitor", "listenerid", "listener", "viewerid", "viewer", "playerid", "player",
    "accountid", "account", "clientid", "client", "personid", "person", "buyerid", "buyer", "follower", "followerid",
    "sessionid", "session", "playlistid", "playlist", "boardid", "board", "basketid", "basket", "orderid", "source",
    "sourceid", "src", "from",
  ]
  private static let targets = [
    "itemid", "item", "iid", "movieid", "movie", "bookid", "book", "productid", "product", "pinid", "pin", "trackid",
    "track", "songid", "song", "artistid", "artist", "albumid", "album", "businessid", "business", "venueid", "venue",
    "locationid", "poiid", "placeid", "place", "restaurantid", "restaurant", "recipeid", "recipe", "gameid", "game",
    "animeid", "anime", "videoid", "video", "showid", "show", "asin", "parentasin", "isbn", "articleid", "article",
    "newsid", "news", "postid", "post", "paperid", "paper", "jobid", "job", "courseid", "course", "repoid", "repo",
    "packageid", "package", "adid", "ad", "contentid", "content", "documentid", "document", "tagid", "tag", "followee",
    "target", "targetid", "dst", "destination", "to",
  ]
  private static let ratings = [
    "rating", "ratings", "stars", "score", "overall", "bookrating", "userrating", "preference", "weight", "value",
  ]
  private static let counts = [
    "count", "counts", "playcount", "plays", "quantity", "qty", "amount", "clicks", "views", "purchases", "visits",
    "listens", "hours", "hoursplayed", "playtime", "interactions", "frequency",
  ]
  private static let times = [
    "timestamp", "ts", "unixreviewtime", "unixtime", "unixtimestamp", "time", "datetime", "createdat", "createdtime",
    "eventtime", "date", "updatedat", "dateadded", "reviewtime", "addedat", "playedat", "ratedat", "checkintime",
  ]

  /// The form in which names are compared.
  public static func normalized(_ name: String) -> String {
    let kinds = [":token", ":token_seq", ":float", ":float_seq"]
    let suffix = kinds.first { name.hasSuffix($0) } ?? ""
    return name.dropLast(suffix.count).lowercased().filter { !"_-. ".contains($0) }
  }

  /// Whether the name is known for the role.
  public static func suggests(_ name: String, _ role: ColumnRole) -> Bool {
    known(role).contains(normalized(name))
  }

  /// What a weight of this name counts; nil when the name does not say.
  public static func weightKind(_ name: String) -> WeightKind? {
    let name = normalized(name)
    return ratings.contains(name) ? .rating : counts.contains(name) ? .count : nil
  }

  /// Whether source and target look like each other's: each bears a name that is known for the other role.
  public static func looksSwapped(source: String, target: String) -> Bool {
    suggests(source, .target) && suggests(target, .source)
  }

  /// The candidate that takes the fewest edits to become `name`, if at most a third of its characters, and at least two,
  /// need one; the first of equals.
  static func closest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(normalized(name).unicodeScalars)
    let distances = candidates.map { editDistance(wanted, Array(normalized($0).unicodeScalars)) }
    guard let best = distances.indices.min(by: { distances[$0] < distances[$1] }),
      distances[best] <= max(2, wanted.count / 3), distances[best] < wanted.count
    else { return nil }
    return candidates[best]
  }
}

/// The least number of insertions, deletions, replacements and swaps of neighbours that make one text the other.
///
/// - Complexity: O(a · b) time and space.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
