import AkinEvaluation
import Testing

@Suite struct MetricTests {
  @Test func `what is printed is read again`() throws {
    for measure in Measure.allCases {
      let lengths: [Int?] = [measure.cutoff != .required ? nil : 1, measure.cutoff != .none ? 20 : nil]
      for k in lengths {
        let metric = Metric(measure, at: k)
        #expect(try Metric(parsing: metric.description) == metric)
      }
    }
  }

  @Test(arguments: [
    ("ndcg@10", Metric(.ndcg, at: 10)), ("NDCG@10", Metric(.ndcg, at: 10)), ("recall@20", Metric(.recall, at: 20)),
    ("precision@5", Metric(.precision, at: 5)), ("map@10", Metric(.averagePrecision, at: 10)),
    ("mrr@10", Metric(.reciprocalRank, at: 10)), ("mrr", Metric(.reciprocalRank)),
    ("hitrate@10", Metric(.hitRate, at: 10)), ("hr@10", Metric(.hitRate, at: 10)), ("auc", Metric(.areaUnderCurve)),
    ("Personalisation@5", Metric(.personalization, at: 5)),
  ])
  func `names as people type them`(text: String, expected: Metric) throws {
    #expect(try Metric(parsing: text) == expected)
  }

  @Test(arguments: [
    ("ndgc@10", "ndcg@10"), ("recal@5", "recall@5"), ("presicion@3", "precision@3"), ("ndcg10", "ndcg"),
    ("hitrates", "hitrate"), ("rsme", "rmse"), ("ser@2", nil), ("xyzzyxyzzy", nil), ("", nil),
  ])
  func `an unknown name suggests the closest`(text: String, closest: String?) {
    #expect(throws: EvaluationError.unknownMetric(text, closest: closest)) { try Metric(parsing: text) }
  }

  @Test func `the message lists what is known`() {
    #expect(
      "\(EvaluationError.unknownMetric("ndgc@10", closest: "ndcg@10"))" == """
        unknown metric 'ndgc@10'; did you mean 'ndcg@10'? (known: precision, recall, recall-truncated, f1, hitrate, mrr, \
        map, ndcg, ndcg-exp, auc, rmse, mae, coverage, user-coverage, gini, diversity, novelty, serendipity, popularity, \
        popularity-percentile, tail-share, personalization, calibration)
        """)
  }

  @Test func `lengths are checked`() {
    for text in ["0", "-1", "ten", "", "10@5", "1.5"] {
      #expect(throws: EvaluationError.invalidCutoff(text, metric: "ndcg")) { try Metric(parsing: "ndcg@\(text)") }
    }
    #expect(throws: EvaluationError.missingCutoff(metric: "precision")) { try Metric(parsing: "precision") }
    #expect(throws: EvaluationError.unexpectedCutoff(metric: "rmse")) { try Metric(parsing: "rmse@10") }
  }

  @Test func `in a list a bare number repeats the measure`() throws {
    #expect(
      try Metric.list(parsing: "ndcg@10, recall@5,10,20,ndcg@10").map(\.description)
        == ["ndcg@10", "recall@5", "recall@10", "recall@20"])
    #expect(throws: EvaluationError.unknownMetric("5", closest: nil)) { try Metric.list(parsing: "5,ndcg@10") }
  }
}
