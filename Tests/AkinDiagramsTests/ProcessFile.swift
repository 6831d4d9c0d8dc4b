import Foundation

/// A file of the kernel's, which has no size to go by.
func bytesOfProcess(_ path: String) -> [UInt8] {
  guard let file = FileHandle(forReadingAtPath: path) else { return [] }
  return [UInt8](file.readDataToEndOfFile())
}
