import Dispatch
import Glibc
import IXCommand
import Synchronization

/// The terminal's alternate screen. A frame is drawn with one write. The normal screen returns when the program ends or
/// is suspended.
final class LiveScreen: Sendable {
    typealias Content = @Sendable (_ columns: Int, _ rows: Int) -> [String]

    private struct State {
        var content: Content?
        var isOn = false
        var before: termios?
    }

    private let state = Mutex(State())
    /// Written only in `init`; the properties keep the sources of keys and signals alive.
    private nonisolated(unsafe) var keys: (any DispatchSourceRead)?
    private nonisolated(unsafe) var feed: SignalFeed?

    /// Switches to the alternate screen. Signals and `q` then end the program.
    init() {
        let queue = DispatchQueue(label: "ix.ctl.screen")
        feed = SignalFeed([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP], on: queue) { [self] in answer($0) }
        if Terminal.isOn(STDIN_FILENO) { watchKeys(queue) }
        enter()
    }

    /// Sets the content and draws it. Later redraws, such as after a resize, call `content` again on another thread.
    func show(_ content: @escaping Content) {
        state.withLock {
            $0.content = content
            Self.draw($0)
        }
    }

    /// Restores the normal screen and the terminal's settings. A second call does nothing.
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

    /// Draws over the previous frame without clearing first, because clearing would flicker.
    private static func draw(_ state: State) {
        guard state.isOn, let content = state.content else { return }
        let size = Terminal.size(STDOUT_FILENO)
        let lines = content(size.columns, size.rows)
        Terminal.write("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J", to: STDOUT_FILENO)
    }

    /// Turns off line input and echo, and returns the previous settings; nil when standard input is no terminal.
    private static func silenceKeys() -> termios? {
        var now = termios()
        guard tcgetattr(STDIN_FILENO, &now) == 0 else { return nil }
        let before = now
        now.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &now)
        return before
    }

    private func answer(_ signal: Int32) {
        switch signal {
        case SIGWINCH: state.withLock { Self.draw($0) }
        case SIGTSTP:
            leave()
            kill(getpid(), SIGSTOP)
            enter()
        default: end(signal == SIGINT ? 0 : 128 + signal)
        }
    }

    private func watchKeys(_ queue: DispatchQueue) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        source.setEventHandler { @Sendable [self] in
            var key: UInt8 = 0
            // The terminal is closed, or the user pressed q.
            if read(STDIN_FILENO, &key, 1) < 1 || key == UInt8(ascii: "q") { end(0) }
        }
        source.resume()
        keys = source
    }
}
