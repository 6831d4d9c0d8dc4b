/// The position of a node type in its graph's schema.
public struct NodeTypeID: RawRepresentable, Hashable, Comparable, Sendable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One node of one snapshot: its type and its position within the type.
///
/// Indices are dense from 0 and stable inside one snapshot only; between snapshots, models and files the external id
/// is the identity.
public struct NodeID: Hashable, Comparable, Sendable {
  public var type: NodeTypeID
  public var index: UInt32

  public init(type: NodeTypeID, index: UInt32) {
    self.type = type
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { (left.type, left.index) < (right.type, right.index) }
}
