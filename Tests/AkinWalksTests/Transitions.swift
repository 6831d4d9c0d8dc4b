import AkinGraph
import AkinRanking
import AkinWalks

/// How often walks went from where to where, by context: state and node, and of second-order walks where they came from.
struct Transitions {
  private struct Place: Hashable {
    var state: Int
    var node: PlainGraph.Node
  }

  private struct Context: Hashable {
    var place: Place
    var earlier: Place?
  }

  private let path: WalkPath
  private var counts: [Context: [PlainGraph.Node: Int]] = [:]

  init(of walks: [[NodeID]], along path: WalkPath, areSecondOrder: Bool) {
    self.path = path
    func plain(_ node: NodeID) -> PlainGraph.Node {
      PlainGraph.Node(type: Int(node.type.rawValue), index: Int(node.index))
    }
    for walk in walks {
      var place = Place(state: path.states.firstIndex { $0.type == walk[0].type }!, node: plain(walk[0]))
      var earlier: Place?
      for node in walk.dropFirst() {
        counts[Context(place: place, earlier: areSecondOrder ? earlier : nil), default: [:]][plain(node), default: 0] +=
          1
        // Where several ways lead to one type they lead to one state.
        let next = path.states[place.state].ways.first { path.states[$0.next].type == node.type }!.next
        earlier = place
        place = Place(state: next, node: plain(node))
      }
    }
  }

  /// Against the exact probabilities of a rule.
  func chiSquare(against rule: PlainRule, in graph: PlainGraph) -> ChiSquare {
    var chiSquare = ChiSquare()
    for (context, observed) in counts {
      chiSquare.add(
        observed,
        expected: rule.next(
          from: context.place.node, state: context.place.state, earlier: context.earlier?.node,
          earlierState: context.earlier?.state ?? 0, path: path, in: graph))
    }
    return chiSquare
  }
}
