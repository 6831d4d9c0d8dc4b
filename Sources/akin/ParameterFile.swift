import AkinEngine
import FoundationEssentials

/// Parameters of one method in a file: what `akin tune` writes and `--params` reads. JSON, which is YAML too.
///
///     { "format": "akin.parameters/1", "method": "pixie", "parameters": { "restart": 0.8 } }
///
/// Anything else in the file says how the values were found, and is not read.
struct ParameterFile: Codable {
  static let formatName = "akin.parameters/1"

  var format = formatName
  var method: String
  var parameters: [String: Double]
  /// Parameters that are texts.
  var textParameters: [String: String]?
  /// Where the values come from, for people.
  var origin: Origin?

  struct Origin: Codable {
    var split: String
    var metric: String
    var value: Double?
    var trials: Int
  }

  /// The parameters as text, as the registry takes them.
  var texts: [String: String] {
    parameters.mapValues { value in
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }.merging(textParameters ?? [:]) { $1 }
  }

  /// - Throws: `CommandFailure` where another method is named beside the file at `path`.
  func check(method named: String?, path: String) throws {
    if let named, named != method {
      throw CommandFailure.usage(
        "--params \(path): holds parameters of '\(method)', found --method \(named), expected the same")
    }
  }

  /// - Throws: `CommandFailure` for a file that cannot be read, is no such file, or names what the method does not have.
  static func read(_ path: String) throws -> ParameterFile {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw CommandFailure(message: "\(path): cannot be read, expected a file that 'akin tune' wrote")
    }
    let file: ParameterFile
    do {
      file = try JSONDecoder().decode(ParameterFile.self, from: data)
    } catch {
      throw CommandFailure(
        message: "\(path): not a file of parameters, expected JSON such as "
          + #"{"format": "akin.parameters/1", "method": "pixie", "parameters": {"restart": 0.8}}"#)
    }
    guard file.format == formatName else {
      throw CommandFailure(message: "\(path): found format '\(file.format)', expected '\(formatName)'")
    }
    do throws(EngineError) {
      try MethodRequest(name: file.method, parameters: file.texts).check()
    } catch {
      throw CommandFailure(message: "\(path): \(error)")
    }
    return file
  }
}
