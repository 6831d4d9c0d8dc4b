import AkinGraph
import AkinParallel
import CAkinKernels

/// Writes the records of walkers, each into the room of its task.
@safe
struct Pen<Record: WalkRecord> {
  fileprivate let base: UnsafeMutablePointer<Record>

  @inline(__always)
  func write(_ record: Record, by walker: inout Walker) {
    precondition(walker.output < walker.limit, "a walk wrote more than it has room for")
    // Safe: rooms of tasks lie within the records, which `walk` checks.
    unsafe base[walker.output] = record
    walker.output += 1
  }
}

extension StepTables {
  /// Walkers that one thread moves in turns, where nothing else is said. While one waits for memory the others go on;
  /// more than the processor can have reads outstanding gain little.
  static let walkersInFlight = 64

  /// Walks all tasks, `inFlight` of them in turns: every walker does one part of its step, then asks for the memory of
  /// its next part, and by the time that its turn comes round the memory has come. One that is done hands its turns to
  /// the next task.
  ///
  /// A hop has two parts: to look at the node that the edge leads to, and to keep it and draw from its row. What a task
  /// writes depends on the task alone, not on `inFlight` nor on what is walked beside it.
  ///
  /// Columns may be mapped from a damaged file, so every row and every neighbour is checked before it is used as a
  /// position.
  ///
  /// - Parameter form: `.loop` for this very loop; other forms, which write the same, are for what the kernels know.
  /// - Throws: `GraphError.damagedData`.
  func walk<Rule: StepRule, Course: WalkCourse>(
    _ tasks: [WalkTask], rule: Rule, course: Course, memory: inout WalkMemory<Course.Record>,
    inFlight: Int = StepTables.walkersInFlight, form: WalkForm = .fastest
  ) throws(GraphError) {
    let room = tasks.reduce(0) { max($0, $1.output + $1.capacity) }
    memory.prepare(tasks, room: room)
    for task in tasks {
      precondition(task.output >= 0 && task.capacity >= 0 && task.budget >= 1, "a task without room or budget")
      precondition(states.indices.contains(task.state), "state \(task.state) of \(states.count)")
      let state = states[task.state]
      for way in Int(state.first)..<Int(state.first + state.count) {
        let nodes = unsafe ways[way].nodeCount
        precondition(task.source < UInt32(clamping: nodes), "source \(task.source) of \(nodes) nodes")
      }
    }
    if let kernel = unsafe form.kernel, let plainRule = rule.plain, let plainCourse = course.plain,
      let ways = unsafe plainWays
    {
      let failure = unsafe walkPlainly(
        tasks, plainRule, plainCourse, over: ways, by: kernel, memory: &memory, inFlight: inFlight)
      if let failure { throw damage(failure) }
      return
    }
    precondition(unsafe ways.allSatisfy { unsafe $0.linkedDraws == nil }, "linked draws are for kernels alone")
    for number in 0..<min(max(1, inFlight), tasks.count) {
      memory.walkers.append(Walker(tasks[number], number: number))
    }
    let failure = unsafe memory.walkers.withUnsafeMutableBufferPointer { walkers -> Damage? in
      unsafe memory.records.withUnsafeMutableBufferPointer { records -> Damage? in
        unsafe memory.ends.withUnsafeMutableBufferPointer { ends -> Damage? in
          unsafe states.withUnsafeBufferPointer { states -> Damage? in
            unsafe ways.withUnsafeBufferPointer { ways -> Damage? in
              guard let walkers = walkers.baseAddress, let ends = ends.baseAddress,
                let states = states.baseAddress, let ways = ways.baseAddress
              else { return nil }
              guard let records = records.baseAddress else { return nil }
              let loop = unsafe Loop(
                rule: rule, course: course, pen: Pen(base: records), states: states, ways: ways, walkers: walkers,
                ends: ends, tasks: tasks)
              return unsafe loop.run(count: min(max(1, inFlight), tasks.count))
            }
          }
        }
      }
    }
    if let failure { throw damage(failure) }
  }

  private func damage(_ failure: Damage) -> GraphError {
    let adjacency = adjacencies[failure.way]
    do {
      let row = try adjacency.edges(of: failure.node)
      for edge in row { _ = try adjacency.neighbor(at: edge) }
      return .damagedData(
        place: "row \(failure.node)", found: "\(row.count) edges",
        expected: "an edge back to where the walk came from")
    } catch {
      return error
    }
  }
}

/// Where a walk met what no sound file has.
struct Damage {
  var way: Int
  var node: UInt32
}

/// A row: `count` edges from `start` on; −1 where it contradicts itself.
private struct Row {
  var start: Int
  var count: Int
}

extension StepTables.WayView {
  /// Safe: `node` is below `nodeCount`, being a checked source or a neighbour checked against the number of nodes of its
  /// type, which is that of every way of its state.
  @inline(__always)
  fileprivate func row(of node: UInt32) -> Row {
    let start = unsafe offsets[Int(node)]
    let end = unsafe offsets[Int(node) + 1]
    guard start <= end, unsafe end <= UInt64(edgeCount), end - start <= UInt64(UInt32.max) else {
      return Row(start: 0, count: -1)
    }
    return Row(start: Int(start), count: Int(end - start))
  }
}

/// All that the loop reads, on the stack.
@unsafe
private struct Loop<Rule: StepRule, Course: WalkCourse> {
  let rule: Rule
  let course: Course
  let pen: Pen<Course.Record>
  let states: UnsafePointer<StepTables.StateView>
  let ways: UnsafePointer<StepTables.WayView>
  let walkers: UnsafeMutablePointer<Walker>
  let ends: UnsafeMutablePointer<TaskEnd>
  let tasks: [WalkTask]

  func run(count: Int) -> Damage? {
    var active = count
    var next = count
    let taskCount = unsafe tasks.count
    for lane in 0..<active { unsafe begin(walkers + lane) }
    while active > 0 {
      // Keep what is looked at, and draw from its row.
      var lane = 0
      while lane < active {
        let walker = unsafe walkers + lane
        var turn = Turn.on
        if unsafe walker.pointee.phase == .looking {
          var isKept = true
          if Rule.looks {
            var degree = 0
            if unsafe walker.pointee.way >= 0 {
              degree = unsafe ways[Int(walker.pointee.way)].row(of: walker.pointee.node).count
              if degree < 0 { return unsafe Damage(way: Int(walker.pointee.way), node: walker.pointee.node) }
            }
            isKept = unsafe walker.pointee.isSure || rule.keeps(&walker.pointee, degree: degree)
            unsafe walker.pointee.isSure = false
          }
          if isKept {
            if Rule.looks { unsafe walker.pointee.refusals = 0 }
            unsafe walker.pointee.hops &+= 1
            turn = unsafe course.arrived(&walker.pointee, pen)
          } else {
            unsafe goBack(walker)
            turn = unsafe course.refused(&walker.pointee)
          }
        }
        departing: while true {
          switch turn {
          case .on:
            let row = unsafe departure(walker)
            if row.count < 0 { return unsafe Damage(way: Int(walker.pointee.way), node: walker.pointee.node) }
            if row.count == 0 {
              guard let stranded = unsafe course.stranded(&walker.pointee) else {
                return unsafe Damage(way: Int(max(0, walker.pointee.way)), node: walker.pointee.node)
              }
              // Where the source itself leads nowhere, going home would never end.
              turn = unsafe stranded == .home && walker.pointee.hops == 0 ? .over : stranded
              precondition(turn != .on, "a stranded walk cannot go on")
              continue departing
            }
            if unsafe Rule.looks && walker.pointee.phase == .placed {
              unsafe rule.placed(&walker.pointee, degree: row.count)
            }
            if unsafe Rule.looks && walker.pointee.refusals >= Rule.patience && rule.isExact {
              switch unsafe weigh(row, walker) {
              case .chosen: break
              case .nothing:
                guard let stranded = unsafe course.stranded(&walker.pointee) else {
                  return unsafe Damage(way: Int(walker.pointee.way), node: walker.pointee.node)
                }
                unsafe walker.pointee.refusals = 0
                turn = unsafe stranded == .home && walker.pointee.hops == 0 ? .over : stranded
                continue departing
              case .damaged: return unsafe Damage(way: Int(walker.pointee.way), node: walker.pointee.node)
              }
            } else {
              let edge =
                unsafe row.start &+ Int(walker.pointee.random.draw(below: UInt32(truncatingIfNeeded: row.count)))
              unsafe walker.pointee.edge = edge
              unsafe walker.pointee.phase = .reading
              let way = unsafe ways + Int(walker.pointee.way)
              if let draws = unsafe way.pointee.draws {
                // An entry may lie across two cache lines, and a row's offsets may too.
                unsafe akin_prefetch_early(draws + edge)
                unsafe akin_prefetch_early(UnsafeRawPointer(draws + (edge + 1)) - 1)
              } else {
                unsafe akin_prefetch_early(way.pointee.neighbors + edge)
              }
            }
            lane &+= 1
            break departing
          case .home:
            unsafe place(walker)
            turn = .on
          case .over:
            let number = unsafe Int(walker.pointee.task)
            unsafe ends[number].written = walker.pointee.output - tasks[number].output
            unsafe ends[number].firstSteps = walker.pointee.firstSteps
            if next < taskCount {
              unsafe walker.pointee = Walker(tasks[next], number: next)
              unsafe begin(walker)
              next &+= 1
              lane &+= 1
            } else {
              active &-= 1
              if lane < active { unsafe walker.pointee = walkers[active] }
            }
            break departing
          }
        }
      }
      // Look at the node that the edge leads to.
      for lane in 0..<active {
        let walker = unsafe walkers + lane
        let phase = unsafe walker.pointee.phase
        if phase == .placed { continue }
        let way = unsafe ways + Int(walker.pointee.way)
        let edge = unsafe walker.pointee.edge
        let neighbor: UInt32
        if phase == .chosen {
          neighbor = UInt32(truncatingIfNeeded: edge)
        } else if let draws = unsafe way.pointee.draws {
          // Safe: the table has an entry for every edge, and the edge was drawn from a checked row.
          let entry = unsafe draws[edge]
          neighbor =
            unsafe UInt32(truncatingIfNeeded: walker.pointee.random.next() >> 32) < entry.threshold
            ? entry.own : entry.other
        } else {
          // Safe: the edge was drawn from a checked row.
          neighbor = unsafe way.pointee.neighbors[edge]
        }
        guard unsafe Int(neighbor) < way.pointee.neighborCount else {
          return unsafe Damage(way: Int(walker.pointee.way), node: walker.pointee.node)
        }
        if Rule.looks {
          // What only a rule asks for, and the way back.
          unsafe walker.pointee.earlier = walker.pointee.previous
          unsafe walker.pointee.earlierState = walker.pointee.previousState
          unsafe walker.pointee.previousState = walker.pointee.state
          unsafe walker.pointee.previousWay = walker.pointee.way
        }
        unsafe walker.pointee.previous = walker.pointee.node
        unsafe walker.pointee.node = neighbor
        unsafe walker.pointee.state = way.pointee.next
        unsafe walker.pointee.phase = .looking
        let onward = unsafe way.pointee.onward
        if onward >= 0 { unsafe walker.pointee.way = onward } else { unsafe chooseWay(walker) }
        unsafe prefetchRow(walker)
        if Rule.looks { unsafe rule.prefetch(for: walker.pointee) }
      }
    }
    return nil
  }

  /// Puts a walker at its source and asks for the row there.
  private func begin(_ walker: UnsafeMutablePointer<Walker>) {
    unsafe place(walker)
    unsafe prefetchRow(walker)
  }

  @inline(__always)
  private func prefetchRow(_ walker: UnsafeMutablePointer<Walker>) {
    guard unsafe walker.pointee.way >= 0 else { return }
    let offsets = unsafe ways[Int(walker.pointee.way)].offsets + Int(walker.pointee.node)
    unsafe akin_prefetch_early(offsets)
    unsafe akin_prefetch_early(offsets + 1)
  }

  @inline(__always)
  private func place(_ walker: UnsafeMutablePointer<Walker>) {
    unsafe walker.pointee.node = walker.pointee.source
    unsafe walker.pointee.state = walker.pointee.sourceState
    unsafe walker.pointee.hops = 0
    unsafe walker.pointee.phase = .placed
    unsafe chooseWay(walker)
    unsafe course.placed(&walker.pointee, pen)
  }

  /// Back to where the walker came from, which it did not like.
  @inline(__always)
  private func goBack(_ walker: UnsafeMutablePointer<Walker>) {
    unsafe walker.pointee.node = walker.pointee.previous
    unsafe walker.pointee.state = walker.pointee.previousState
    unsafe walker.pointee.way = walker.pointee.previousWay
    unsafe walker.pointee.previous = walker.pointee.earlier
    unsafe walker.pointee.previousState = walker.pointee.earlierState
    unsafe walker.pointee.refusals &+= 1
  }

  /// Draws one of the ways of the walker's state.
  @inline(__always)
  private func chooseWay(_ walker: UnsafeMutablePointer<Walker>) {
    let state = unsafe states[Int(walker.pointee.state)]
    if state.count == 1 {
      unsafe walker.pointee.way = state.first
    } else {
      unsafe walker.pointee.way = state.count == 0 ? -1 : drawWay(state, without: 0, using: &walker.pointee.random)
    }
  }

  /// A way by its probability among those that are not in the bits `tried`.
  private func drawWay(
    _ state: StepTables.StateView, without tried: UInt64, using random: inout RandomStream
  ) -> Int32 {
    var total = 0.0
    for number in 0..<state.count where tried >> UInt64(number) & 1 == 0 {
      total += unsafe ways[Int(state.first + number)].probability
    }
    var rest = random.drawUnit() * total
    var last: Int32 = -1
    for number in 0..<state.count where tried >> UInt64(number) & 1 == 0 {
      last = state.first + number
      rest -= unsafe ways[Int(last)].probability
      if rest < 0 { break }
    }
    return last
  }

  /// The row that the walker leaves by. Where its way has no edge here, another is drawn, and so on: the first that has
  /// one is each with its probability among those that have, since draws without replacement keep that order.
  @inline(__always)
  private func departure(_ walker: UnsafeMutablePointer<Walker>) -> Row {
    guard unsafe walker.pointee.way >= 0 else { return Row(start: 0, count: 0) }
    let row = unsafe ways[Int(walker.pointee.way)].row(of: walker.pointee.node)
    if row.count != 0 { return row }
    let state = unsafe states[Int(walker.pointee.state)]
    return unsafe state.count == 1 ? row : otherDeparture(walker, state)
  }

  private func otherDeparture(_ walker: UnsafeMutablePointer<Walker>, _ state: StepTables.StateView) -> Row {
    var tried: UInt64 = 0
    while true {
      tried |= 1 << UInt64(unsafe walker.pointee.way - state.first)
      let way = unsafe drawWay(state, without: tried, using: &walker.pointee.random)
      guard way >= 0 else { return Row(start: 0, count: 0) }
      unsafe walker.pointee.way = way
      let row = unsafe ways[Int(way)].row(of: walker.pointee.node)
      if row.count != 0 { return row }
    }
  }

  private enum Weighing { case chosen, nothing, damaged }

  /// Chooses from a row by draw and acceptance, looking at all of it.
  private func weigh(_ row: Row, _ walker: UnsafeMutablePointer<Walker>) -> Weighing {
    let way = unsafe ways + Int(walker.pointee.way)
    // As it would look from the other end.
    var looking = unsafe walker.pointee
    looking.earlier = looking.previous
    looking.earlierState = looking.previousState
    looking.previous = looking.node
    looking.previousState = looking.state
    looking.state = unsafe way.pointee.next
    func each(_ take: (UInt32, Double) -> Bool) -> Bool {
      for edge in row.start..<row.start + row.count {
        // Safe: a checked row.
        if let draws = unsafe way.pointee.draws {
          let entry = unsafe draws[edge]
          let share = Double(entry.threshold) * 0x1p-32
          if take(entry.own, share) || take(entry.other, 1 - share) { return true }
        } else {
          let neighbor = unsafe way.pointee.neighbors[edge]
          guard unsafe Int(neighbor) < way.pointee.neighborCount else { return false }
          if take(neighbor, 1) { return true }
        }
      }
      return true
    }
    var total = 0.0
    let isSound = each { neighbor, share in
      looking.node = neighbor
      total += unsafe share * rule.acceptance(of: neighbor, by: looking)
      return false
    }
    guard isSound else { return .damaged }
    guard total > 0 else { return .nothing }
    var rest = unsafe walker.pointee.random.drawUnit() * total
    var last: UInt32?
    _ = each { neighbor, share in
      looking.node = neighbor
      let acceptance = unsafe share * rule.acceptance(of: neighbor, by: looking)
      guard acceptance > 0 else { return false }
      last = neighbor
      rest -= acceptance
      return rest < 0
    }
    guard let last else { return .nothing }
    unsafe walker.pointee.edge = Int(last)
    unsafe walker.pointee.phase = .chosen
    unsafe walker.pointee.isSure = true
    return .chosen
  }
}

extension StepTables {
  /// Whether a way leads from one node to another; `false` where a damaged row cannot be read.
  ///
  /// - Precondition: `from` is a node of the state that the way leaves.
  /// - Complexity: O(log of the degree of `from`).
  func hasEdge(way: Int, from: UInt32, to: UInt32) -> Bool {
    let view = unsafe ways[way]
    let row = unsafe view.row(of: from)
    var low = row.start
    var high = row.start + max(0, row.count)
    while low < high {
      let middle = low + (high - low) / 2
      // Safe: a checked row.
      let neighbor = unsafe view.neighbors[middle]
      if neighbor == to { return true }
      if neighbor < to { low = middle + 1 } else { high = middle }
    }
    return false
  }
}
