import AkinEngine
struct ReportPage {
  var summary: EvaluationSummary
  var result: StudyResult
  var html: String { "" }
}
