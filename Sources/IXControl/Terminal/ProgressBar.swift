import Glibc
import IXStore

/// A job's progress on a single terminal line, redrawn in place. Prints nothing when the descriptor is no terminal.
final class ProgressBar {
    private static let width = 24
    private let descriptor: Int32
    private let isOn: Bool
    private var shown = ""

    init(on descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
        isOn = Terminal.isOn(descriptor)
    }

    func show(_ status: String, _ progress: Progress?) {
        guard isOn else { return }
        let room = Terminal.size(descriptor).columns - 1
        let line = ScreenText(Self.line(status, progress)).shortened(to: room).text
        guard line != shown else { return }
        shown = line
        Terminal.write("\r\u{1B}[K" + line, to: descriptor)
    }

    func clear() {
        guard isOn, !shown.isEmpty else { return }
        shown = ""
        Terminal.write("\r\u{1B}[K", to: descriptor)
    }

    static func line(_ status: String, _ progress: Progress?) -> String {
        let bar = progress?.fraction.map { fraction in
            let full = Int((fraction * Double(width)).rounded(.down))
            let cells = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
            let percent = "\(Int((fraction * 100).rounded(.down)))"
            return cells + " " + String(repeating: " ", count: 3 - percent.count) + percent + " %"
        }
        return [status, bar, progress?.message].compactMap { $0 }.joined(separator: "  ")
    }
}
