import Glibc
import IXCommand
import IXCore
import IXRepresentation

/// Shows a load's progress on standard error. A terminal shows a single line, redrawn every 100 ms; any other output
/// gets a new line every 10 s.
struct LoadDisplay {
    private let isTerminal = Terminal.isOn(STDERR_FILENO)
    private let size: Int?
    private let start = ContinuousClock.now
    private let first: BulkProgress
    private var last: ContinuousClock.Instant
    private var isDrawn = false

    /// `size` is the input's size in bytes; nil when the size is unknown.
    init(size: Int?, from progress: BulkProgress) {
        self.size = size
        first = progress
        last = start
    }

    /// Seconds since the load started.
    var seconds: Double { (ContinuousClock.now - start).inSeconds }

    mutating func show(_ progress: BulkProgress) {
        let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
        guard ContinuousClock.now - last > pause else { return }
        last = .now
        let text = line(progress)
        guard isTerminal else { return StandardError.say(text) }
        let width = Terminal.size(STDERR_FILENO).columns - 1
        Terminal.write("\r\(ScreenText(text).shortened(to: width).text)\u{1B}[K", to: STDERR_FILENO)
        isDrawn = true
    }

    /// Prints a message on a line of its own.
    mutating func say(_ text: String) {
        clear()
        StandardError.say(text)
    }

    /// Erases the progress line from the terminal.
    mutating func clear() {
        if isDrawn { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        isDrawn = false
    }

    private func line(_ progress: BulkProgress) -> String {
        let done = Double(progress.offset - first.offset)
        let rate = Double(progress.line - first.line) / max(seconds, 0.001)
        var parts = ["\(progress.line) lines", "\(Int(rate))/s"]
        if let size, size > 0, done > 0 {
            let share = min(1, Double(progress.offset) / Double(size))
            let left = Double(max(0, size - progress.offset)) * seconds / done
            parts = [bar(share), "\(Int(share * 100))%"] + parts + ["\(DurationText.brief(left)) left"]
        }
        if progress.refused > 0 { parts.append("\(progress.refused) refused") }
        return parts.joined(separator: "  ")
    }

    private func bar(_ share: Double) -> String {
        guard isTerminal else { return "loaded" }
        let full = Int(share * 20)
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: 20 - full) + "]"
    }

}
