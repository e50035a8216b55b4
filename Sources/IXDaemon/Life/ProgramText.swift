import FoundationEssentials
import Glibc

/// Code pages which only the start needed. The pages would stay in the daemon's memory until its end.
enum ProgramText {
    /// Releases all code pages. The kernel reads a page again from its cache when the code runs again.
    ///
    /// Only executable, never writable mappings of files are released, so no data can be lost.
    static func releasePages() {
        // ignored, here and below: without a release the memory stays in use
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
