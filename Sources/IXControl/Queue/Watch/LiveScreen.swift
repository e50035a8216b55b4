import Dispatch
import Glibc
import IXCommand
import Synchronization

/// The terminal's alternate screen. A frame is drawn with one write. The normal screen returns when the program ends or
/// is suspended. The first line stays; the arrow keys, j and k, the page keys and the space bar move the lines below.
final class LiveScreen: Sendable {
    /// All lines, cut to the terminal's columns.
    typealias Content = @Sendable (_ columns: Int) -> [String]

    private struct State {
        var content: Content?
        /// The number of lines above the screen.
        var offset = 0
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
            Self.draw(&$0)
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
            Self.draw(&state)
        }
    }

    private func end(_ code: Int32) -> Never {
        leave()
        _exit(code)
    }

    /// Draws over the previous frame without clearing first, because clearing would flicker.
    private static func draw(_ state: inout State) {
        guard state.isOn, let content = state.content else { return }
        let size = Terminal.size(STDOUT_FILENO)
        let frame = ScreenFrame(content(size.columns), rows: size.rows, from: state.offset)
        state.offset = frame.offset
        let lines = frame.lines
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
        case SIGWINCH: state.withLock { Self.draw(&$0) }
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
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            // The terminal is closed, or the user pressed q.
            guard count > 0, !bytes[..<count].contains(UInt8(ascii: "q")) else { end(0) }
            scroll(String(decoding: bytes[..<count], as: UTF8.self))
        }
        source.resume()
        keys = source
    }

    private func scroll(_ keys: String) {
        let page = max(Terminal.size(STDOUT_FILENO).rows - 2, 1)
        let lines = ScreenFrame.move(keys, page: page)
        guard lines != 0 else { return }
        state.withLock { state in
            state.offset += lines
            Self.draw(&state)
        }
    }
}
