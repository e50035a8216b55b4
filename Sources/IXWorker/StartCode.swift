import FoundationEssentials
import Glibc

/// The program's code that only the start needed: it would stay in this process's memory as long as the daemon lives.
enum StartCode {
    /// Lets go of all code pages; those that are still needed come back from the system's cache as they are used.
    ///
    /// Only what is mapped from a file, to be run and never written: nothing can be lost.
    static func release() {
        // ignored, here and below: then there is no gain
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard bounds.count == 2, let start = UnsafeMutableRawPointer(bitPattern: bounds[0]) else { continue }
            _ = madvise(start, Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
