import Dispatch
import Glibc
import Synchronization

/// The terminal's other screen, drawn over in one write per frame and given back however the program ends.
final class LiveScreen: Sendable {
    typealias Content = @Sendable (_ columns: Int, _ rows: Int) -> [String]

    private struct State {
        var content: Content?
        var isOn = false
        var before: termios?
    }

    private let state = Mutex(State())
    /// Set once in `init`, then only kept alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceProtocol] = []

    /// Takes the screen over.
    init() {
        let queue = DispatchQueue(label: "ix.ctl.screen")
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            watch(number, queue) { [self] in end(number == SIGINT ? 0 : 128 + number) }
        }
        watch(SIGWINCH, queue) { [self] in state.withLock { Self.draw($0) } }
        watch(SIGTSTP, queue) { [self] in
            leave()
            kill(getpid(), SIGSTOP)
            enter()
        }
        if Terminal.isOn(STDIN_FILENO) { watchKeys(queue) }
        enter()
    }

    func show(_ content: @escaping Content) {
        state.withLock {
            $0.content = content
            Self.draw($0)
        }
    }

    /// Gives the screen back as it was.
    func leave() {
        state.withLock { state in
            guard state.isOn else { return }
            state.isOn = false
            Terminal.write("\u{1B}[?25h\u{1B}[?1049l", to: STDOUT_FILENO)
            if var before = state.before { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
        }
    }

    private func enter() {
        state.withLock { state in
            guard !state.isOn else { return }
            state.isOn = true
            state.before = Self.silenceKeys()
            Terminal.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", to: STDOUT_FILENO)
            Self.draw(state)
        }
    }

    private func end(_ code: Int32) {
        leave()
        _exit(code)
    }

    /// Lines are written over, never cleared first: that would flicker.
    private static func draw(_ state: State) {
        guard state.isOn, let content = state.content else { return }
        let size = Terminal.size(STDOUT_FILENO)
        let lines = content(size.columns, size.rows)
        Terminal.write("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J", to: STDOUT_FILENO)
    }

    /// Keys come one by one and don't show; what was set before.
    private static func silenceKeys() -> termios? {
        var now = termios()
        guard tcgetattr(STDIN_FILENO, &now) == 0 else { return nil }
        let before = now
        now.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &now)
        return before
    }

    private func watch(_ number: Int32, _ queue: DispatchQueue, _ body: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { @Sendable in body() }
        source.resume()
        sources.append(source)
    }

    private func watchKeys(_ queue: DispatchQueue) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        source.setEventHandler { @Sendable [self] in
            var key: UInt8 = 0
            // The terminal is gone, or the person wants to go.
            if read(STDIN_FILENO, &key, 1) < 1 || key == UInt8(ascii: "q") { end(0) }
        }
        source.resume()
        sources.append(source)
    }
}
