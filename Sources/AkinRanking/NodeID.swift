/// The position of a node type in its graph's schema.
public struct NodeTypeID: RawRepresentable, Hashable, Comparable, Sendable {
  /// Position in `Schema.nodeTypes`; the file format has room for 65,535 types.
  public var rawValue: UInt16
  /// `rawValue` is a position in `Schema.nodeTypes`; nothing is checked here.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One node of one snapshot: its type and its position within the type.
///
/// Indices are dense from 0 and stable inside one snapshot only; between snapshots, models and files the external id
/// is the identity.
public struct NodeID: Hashable, Comparable, Sendable {
  /// The type, by its position in the schema of the snapshot.
  public var type: NodeTypeID
  /// Position within the type, in 0..<the count of its table.
  public var index: UInt32

  /// Not checked against any snapshot: methods check what they look up.
  public init(type: NodeTypeID, index: UInt32) {
    self.type = type
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { (left.type, left.index) < (right.type, right.index) }
}
