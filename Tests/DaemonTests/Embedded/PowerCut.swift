import FoundationEssentials
import Glibc
import IXTestSupport

/// A disk of which only what was synced is left after a cut before the sync number `at`.
struct PowerCut {
    let at: Int
    let live: String
    private let kept: String
    private let library: String

    /// `library` is the shim, compiled by `shim()`.
    init(at: Int, library: String) throws {
        self.at = at
        self.library = library
        (live, kept) = (try Scratch.directory(), try Scratch.directory())
    }

    static func shim() async throws -> String {
        let library = try Scratch.directory() + "/powercut.so"
        let source = URL(filePath: #filePath).deletingLastPathComponent().path + "/powercut.c"
        let compiler = try TestProcess("/usr/bin/env", ["clang", "-O1", "-shared", "-fPIC", "-o", library, source])
        guard try await compiler.exitStatus(within: .seconds(60)) == .code(0) else {
            throw TestFailure(compiler.lines.joined(separator: "\n"))
        }
        return library
    }

    var path: String { live + "/jobs.db" }

    var environment: [String: String] {
        [
            "LD_PRELOAD": Environment.preloading(library), "IX_CUT_FROM": live, "IX_CUT_TO": kept, "IX_CUT_AT": "\(at)",
        ]
    }

    /// The number of requested syncs, including the sync that cut the power.
    var syncs: Int { Int(text("count")?.split(separator: "\n").first ?? "") ?? 0 }
    var isCut: Bool { at > 0 && syncs >= at }

    /// What is there after the reboot, in a directory of its own. With `luck`, the disk had also taken some sectors of what
    /// was written and not synced.
    func image(luck: inout SeededGenerator, isLucky: Bool) throws -> String {
        let image = try Scratch.directory()
        for line in text("names")?.split(separator: "\n") ?? [] {
            let words = line.split(separator: " ", maxSplits: 1)
            var content = bytes("synced.\(words[0])") ?? []
            if isLucky, let unsynced = bytes("unsynced.\(words[0])") { Self.mix(&content, unsynced, &luck) }
            try Data(content).write(to: URL(filePath: "\(image)/\(words[1])"))
        }
        return image + "/jobs.db"
    }

    private static func mix(_ content: inout [UInt8], _ unsynced: [UInt8], _ luck: inout SeededGenerator) {
        let sector = 512
        for start in stride(from: 0, to: unsynced.count, by: sector) where Bool.random(using: &luck) {
            let end = min(start + sector, unsynced.count)
            // A sector that got there makes the file as long; what didn't before it reads as zeros.
            if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
            content.replaceSubrange(start..<end, with: unsynced[start..<end])
        }
    }

    private func bytes(_ name: String) -> [UInt8]? {
        // ignored: what isn't there was never synced
        (try? Data(contentsOf: URL(filePath: "\(kept)/\(name)"))).map(Array.init)
    }

    private func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }
}
