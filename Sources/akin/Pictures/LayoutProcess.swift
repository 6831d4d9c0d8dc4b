import AkinDiagrams
import AkinParallel
import ArgumentParser
import Glibc

/// Places nodes in a process of its own, a run of this same program that can be ended: Graphviz cannot be stopped.
struct LayoutProcess: LayoutRunner {
  var seconds: Double

  /// What placing `LayoutRequest.isCheap` takes at the very most, even on a busy machine.
  private static let cheapSeconds = 0.5

  /// More than any placement of a picture within the bounds takes.
  private static let mostBytes = 64 << 20

  func place(_ request: LayoutRequest) throws(DiagramError) -> Placement {
    // Starting a process costs more than placing few nodes.
    if request.isCheap, seconds >= Self.cheapSeconds { return try GraphvizLayout().place(request) }
    let answer: (text: String, isDone: Bool)
    do {
      answer = try run(request.text)
    } catch {
      // Where no process can be started, the work is done here: the bounds of the layouts hold all the same.
      return try GraphvizLayout().place(request)
    }
    guard answer.isDone else { throw .timedOut(request.layout, seconds: seconds) }
    if let rest = answer.text.dropping(prefix: "placed\n"), let placement = Placement(text: rest, of: request) {
      return placement
    }
    throw .graphviz(answer.text.dropping(prefix: "failed\n") ?? "the process that places the nodes ended early")
  }

  private struct CannotStart: Error {}

  /// What the process answers, and whether it came to an end by itself in time.
  private func run(_ request: String) throws -> (text: String, isDone: Bool) {
    // A nameless file as standard input: no pipe that could fill up or break.
    var name = Array("/tmp/akin-layout-XXXXXX".utf8CString)
    let input = unsafe mkstemp(&name)
    guard input >= 0 else { throw CannotStart() }
    defer { close(input) }
    unsafe unlink(name)
    guard write(Array(request.utf8), to: input), lseek(input, 0, SEEK_SET) == 0 else { throw CannotStart() }
    var pipe: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&pipe) == 0 else { throw CannotStart() }
    let output = pipe[0]
    for descriptor in pipe + [input] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    defer { close(output) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
    var child: pid_t = 0
    let words = ["akin", LayoutWorkerCommand.name, "\(Int(seconds.rounded(.up)) + 1)"]
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    let status = unsafe posix_spawn(&child, "/proc/self/exe", &actions, nil, &arguments, environ)
    close(pipe[1])
    guard status == 0 else { throw CannotStart() }
    let (bytes, isDone) = read(output)
    if !isDone { kill(child, SIGKILL) }
    var ended: Int32 = 0
    while unsafe waitpid(child, &ended, 0) < 0, errno == EINTR {}
    return (String(decoding: bytes, as: UTF8.self), isDone)
  }

  private func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var position = 0
    while position < bytes.count {
      let written = unsafe bytes[position...].withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress!, $0.count) }
      guard written > 0 else { return false }
      position += written
    }
    return true
  }

  /// Reads to the end, to the time limit, or to Ctrl-C.
  private func read(_ file: Int32) -> (bytes: [UInt8], isDone: Bool) {
    let limit = ContinuousClock.now + .seconds(seconds)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < Self.mostBytes, !Interruption.cancellation.isCancelled {
      let left = (limit - .now) / .milliseconds(1)
      guard left > 0 else { break }
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&waiting, 1, Int32(min(left.rounded(.up), 100)))
      guard ready > 0 else { continue }
      let count = unsafe Glibc.read(file, &buffer, buffer.count)
      if count == 0 { return (bytes, true) }
      if count > 0 { bytes += buffer[..<count] }
    }
    return (bytes, false)
  }
}

extension String {
  fileprivate func dropping(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}

/// The other end of `LayoutProcess`: a request from standard input, a placement to standard output.
struct LayoutWorkerCommand: ParsableCommand {
  static let name = "layout-worker"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Place the nodes of one picture; used by the program itself.", shouldDisplay: false)

  @Argument(help: "Seconds after which the process ends in any case.")
  var seconds: UInt32

  func run() throws {
    // Should nobody be left to end this process, it ends by itself; and it never takes the machine's memory.
    signal(SIGALRM, SIG_DFL)
    alarm(seconds)
    signal(SIGINT, SIG_DFL)
    let bound = UInt(Self.addressSpace()) + (4 << 30)
    var memory = rlimit(rlim_cur: bound, rlim_max: bound)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    guard let request = LayoutRequest(text: String(decoding: bytes, as: UTF8.self)) else {
      throw CommandFailure.usage("\(Self.name): found no request on standard input; the program starts this by itself")
    }
    do {
      try Output.write("placed\n" + GraphvizLayout().place(request).text)
    } catch let error as DiagramError {
      if case .graphviz(let message) = error { try Output.write("failed\n" + message) } else { throw error }
    }
  }

  /// Bytes of addresses that the process has before it does anything: few, but terabytes under a sanitizer.
  private static func addressSpace() -> Int {
    var text = [UInt8](repeating: 0, count: 64)
    let file = unsafe open("/proc/self/statm", O_RDONLY)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    let count = max(0, unsafe read(file, &text, text.count))
    let pages = String(decoding: text[..<count], as: UTF8.self).prefix { $0.isNumber }
    return (Int(pages) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
