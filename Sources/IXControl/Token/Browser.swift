import Glibc
import IXCore

/// The browser of a desktop session, started by `xdg-open`.
struct Browser {
    private let directory: String

    /// Nil without a desktop session.
    init?(_ environment: [String: String]) {
        let isDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        guard isDesktop, let directory = environment["XDG_RUNTIME_DIR"], directory.hasPrefix("/") else { return nil }
        self.directory = directory
    }

    /// Opens an address with a secret, by a page that only this user reads: arguments of processes are shown to every
    /// user. Returns false when no browser can be started.
    func open(_ address: String) -> Bool {
        guard let path = page(leadingTo: address) else { return false }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(path), nil]
        defer { words.forEach { free($0) } }
        var pid = pid_t()
        return posix_spawnp(&pid, "xdg-open", &actions, nil, words, environ) == 0
    }

    /// The page's link is worth nothing after a minute, so that the page may stay.
    private func page(leadingTo address: String) -> String? {
        let path = directory + "/ix-worker-open.html"
        unlink(path)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let escaped = address.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
        let text = Array("<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=\(escaped)\">\n".utf8)
        return write(descriptor, text, text.count) == text.count ? path : nil
    }
}
