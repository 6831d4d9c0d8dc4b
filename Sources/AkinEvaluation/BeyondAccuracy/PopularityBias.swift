extension ItemPopularity {
  /// The mean number of training users of the items given; its mean over lists is the average recommendation
  /// popularity (ARP). From 0; compare it with the same mean over what users had. `nil` without items.
  ///
  /// - Complexity: O(items).
  ///
  /// Source: Yin et al., "Challenging the long tail recommendation", PVLDB 5(9), 2012, doi:10.14778/2311906.2311916.
  public func meanCount(of items: some Collection<UInt32>) -> Double? {
    items.isEmpty ? nil : items.reduce(0) { $0 + Double(counts[Int($1)]) } / Double(items.count)
  }

  /// The mean popularity percentile of the items given, in 0...1: not carried by a few very popular items as the mean
  /// count is, and comparable between data sets. `nil` without items.
  ///
  /// - Complexity: O(items).
  public func meanPercentile(of items: some Collection<UInt32>) -> Double? {
    items.isEmpty ? nil : items.reduce(0) { $0 + percentiles[Int($1)] } / Double(items.count)
  }
}
