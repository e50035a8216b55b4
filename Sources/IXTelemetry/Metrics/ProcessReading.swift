import FoundationEssentials
import Glibc

/// `ProcessReading` reads what the kernel tells of this process.
enum ProcessReading {
    /// Returns the samples of `process_…`. A file of the kernel that can't be read leaves its samples out.
    @Sendable static func samples() -> [MetricSample] {
        var samples: [MetricSample] = []
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        // The name, the second field, may hold blanks; the fields behind it begin after the last parenthesis.
        let fields = (text("/proc/self/stat") ?? "").split(separator: ")").last?.split(separator: " ") ?? []
        let field = { (index: Int) in index < fields.count ? Double(fields[index]) : nil }
        if let user = field(11), let system = field(12) {
            samples.append(MetricSample(.processCPU, [], (user + system) / ticks))
        }
        if let pages = field(21) {
            samples.append(MetricSample(.processResident, [], pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
        }
        if let start = field(19), let boot {
            samples.append(MetricSample(.processStart, [], boot + start / ticks))
        }
        // ignored: without the folder the sample is left out
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            samples.append(MetricSample(.processOpenFiles, [], open.count))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 {
            samples.append(MetricSample(.processMostFiles, [], Double(limit.rlim_cur)))
        }
        return samples
    }

    /// The time of the boot, in seconds since 1970.
    private static let boot: Double? = {
        let line = (text("/proc/stat") ?? "").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }()

    private static func text(_ path: String) -> String? {
        // ignored: without the file its samples are left out
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
