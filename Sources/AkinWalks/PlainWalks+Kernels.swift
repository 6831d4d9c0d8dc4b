import AkinGraph
import AkinParallel
import CAkinKernels

/// Which of the loops walks: all write the same records.
enum WalkForm: Sendable, Equatable {
  /// The kernel for this host where there is one for the walk, else the loop.
  case fastest
  /// `StepTables.walk` itself.
  case loop
  /// The kernel of an instruction set, see akin_isa.h.
  case level(Int32)

  var kernel: akin_walk_function? {
    switch self {
    case .fastest: unsafe akin_walks()
    case .loop: nil
    case .level(let level): unsafe akin_walks_level(level)
    }
  }
}

/// A rule in the words of the kernels.
struct PlainRule {
  /// How readily a walker stays at a node of the second state, by its degree: `ConnectorPreference`.
  struct Preference {
    var powers: [Double]
    var exponent: Double
    var scale: Double
  }

  /// `nil` where every draw is kept.
  var preference: Preference?
}

/// A course in the words of the kernels.
struct PlainCourse {
  var kind: akin_walk_kind
  /// Against the upper 53 bits of a draw.
  var threshold: UInt64 = 0
  var hopLimit: UInt64 = 0
  /// By state, where the numbering of its nodes starts.
  var labels: [UInt32] = []
  /// Records that a task may write for one of its budget.
  var recordsEach = 1
}

/// What the kernels read of tasks and write of their ends: reused.
struct PlainMemory: Sendable {
  fileprivate var tasks: [akin_walk_task] = []
  fileprivate var ends: [akin_walk_end] = []
}

extension StepTables {
  /// The ways in the words of the kernels, which want one way in each of a few states, all drawn by tables or none.
  ///
  /// - Returns: `AKIN_WALK_WAYS` of them; `nil` where the path is another.
  static func plainWays(_ states: [StateView], _ ways: [WayView]) -> [akin_walk_way]? {
    let count = unsafe ways.count
    guard states.count <= Int(AKIN_WALK_WAYS), states.count == count,
      states.indices.allSatisfy({ states[$0].count == 1 && states[$0].first == Int32($0) }),
      unsafe ways.allSatisfy({ unsafe ($0.draws == nil) == (ways[0].draws == nil) })
    else { return nil }
    return unsafe (0..<Int(AKIN_WALK_WAYS)).map { number in
      guard number < count else { return unsafe akin_walk_way() }
      let way = unsafe ways[number]
      return unsafe akin_walk_way(
        offsets: way.offsets, neighbors: way.neighbors,
        draws: UnsafeRawPointer(way.draws)?.assumingMemoryBound(to: akin_walk_draw.self), links: way.links,
        linked_draws: way.linkedDraws, edge_count: UInt64(way.edgeCount), neighbor_count: UInt64(way.neighborCount),
        next: UInt64(way.next), label: 0)
    }
  }

  /// `walk` by a kernel. The tasks are checked.
  func walkPlainly<Record: WalkRecord>(
    _ tasks: [WalkTask], _ rule: PlainRule, _ course: PlainCourse, over plain: [akin_walk_way],
    by kernel: akin_walk_function,
    memory: inout WalkMemory<Record>, inFlight: Int
  ) -> Damage? {
    let isVisit = course.kind == AKIN_WALK_VISITS
    precondition(
      MemoryLayout<Record>.stride == (isVisit ? MemoryLayout<akin_walk_visit>.stride : MemoryLayout<UInt32>.stride),
      "records of another size than the kernel writes")
    memory.plain.tasks.removeAll(keepingCapacity: true)
    precondition(rule.preference == nil || isVisit, "a preference in a walk that writes no visits")
    for task in tasks {
      precondition(task.capacity >= task.budget * course.recordsEach, "a walk has less room than it may need")
      precondition(course.kind != AKIN_WALK_NODES || task.budget >= 2, "a walk of one node")
      let firstHops = task.state == Int(PixieState.candidate) ? 2 : 1
      memory.plain.tasks.append(
        akin_walk_task(
          random: task.random.position, source: task.source, state: UInt32(task.state), budget: UInt64(task.budget),
          output: UInt64(task.output), first_hops: task.sumsFirstSteps ? UInt64(firstHops) : 0))
    }
    memory.plain.ends.removeAll(keepingCapacity: true)
    memory.plain.ends.append(contentsOf: repeatElement(akin_walk_end(), count: tasks.count))
    var ways = unsafe plain
    for (state, label) in course.labels.enumerated() { unsafe ways[state].label = UInt64(label) }
    let failure = unsafe memory.records.withUnsafeMutableBytes { records -> Damage? in
      unsafe memory.plain.tasks.withUnsafeBufferPointer { tasks -> Damage? in
        unsafe memory.plain.ends.withUnsafeMutableBufferPointer { ends -> Damage? in
          unsafe ways.withUnsafeBufferPointer { ways -> Damage? in
            let preference = rule.preference
            let powers = preference?.powers ?? []
            return unsafe powers.withUnsafeBufferPointer { powers -> Damage? in
              var walk = unsafe akin_walk(
                kind: preference == nil ? course.kind : AKIN_WALK_PREFERRED, ways: ways.baseAddress,
                tasks: tasks.baseAddress, task_count: Int64(tasks.count),
                records: records.baseAddress, ends: ends.baseAddress, threshold: course.threshold,
                hop_limit: course.hopLimit, powers: powers.baseAddress, power_count: UInt64(powers.count),
                exponent: preference?.exponent ?? 0, scale: preference?.scale ?? 1,
                link_start: linkFormat?.start ?? 0, link_degree: linkFormat?.degree ?? 0,
                lanes: Int64(min(max(1, inFlight), Int(AKIN_WALK_LANES))),
                byte_count: byteCount, damaged_way: 0, damaged_node: 0)
              // Safe: sources and rooms of tasks were checked, rows and neighbours are by the kernel.
              guard unsafe kernel(&walk) == 0 else { return nil }
              return unsafe Damage(way: Int(walk.damaged_way), node: UInt32(truncatingIfNeeded: walk.damaged_node))
            }
          }
        }
      }
    }
    for number in tasks.indices {
      let end = memory.plain.ends[number]
      memory.ends[number] = TaskEnd(written: Int(end.written), firstSteps: end.first_steps)
    }
    return failure
  }
}
