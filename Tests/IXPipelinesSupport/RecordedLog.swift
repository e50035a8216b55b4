package import Logging
import Synchronization

/// A log that tests read, and wait for lines in.
package final class RecordedLog: Sendable {
    package struct Line: Sendable, Equatable {
        package let level: Logger.Level
        package let message: String
        package let metadata: [String: String]

        /// What a child wrote to its standard error.
        package var error: String? { message == "pipeline stderr" ? metadata["line"] : nil }
    }

    private struct State {
        var lines: [Line] = []
        var waiting: [(matches: @Sendable (Line) -> Bool, found: CheckedContinuation<Line, Never>)] = []
    }

    private let state = Mutex(State())
    private let isKept: Bool

    /// - Parameter isKept: false forgets every line, for tests that weigh memory.
    package init(isKept: Bool = true) { self.isKept = isKept }

    package var lines: [Line] { state.withLock(\.lines) }
    package var errors: [String] { lines.compactMap(\.error) }

    package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// The first line that matches, written already or to come.
    package func first(where matches: @escaping @Sendable (Line) -> Bool) async -> Line {
        await withCheckedContinuation { found in
            let line = state.withLock { state -> Line? in
                if let line = state.lines.first(where: matches) { return line }
                state.waiting.append((matches, found))
                return nil
            }
            if let line { found.resume(returning: line) }
        }
    }

    /// Waits until the child has written `text` on a line of its own.
    package func error(_ text: String) async { _ = await first { $0.error == text } }

    private func record(_ line: Line) {
        let found = state.withLock { state in
            state.lines.append(line)
            let found = state.waiting.filter { $0.matches(line) }
            state.waiting.removeAll { $0.matches(line) }
            return found.map(\.found)
        }
        found.forEach { $0.resume(returning: line) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues(\.description)
            guard log.isKept else { return }
            log.record(Line(level: event.level, message: event.message.description, metadata: fields))
        }
    }
}
