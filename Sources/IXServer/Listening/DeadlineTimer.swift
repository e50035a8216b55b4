import NIOCore

/// A deadline of one connection that moves often and passes rarely. Moving it costs no timer: a timer that comes too
/// early is set again.
///
/// Concurrency: used only on the connection's event loop.
final class DeadlineTimer {
    private let loop: any EventLoop
    private let passed: () -> Void
    private var deadline: NIODeadline?
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?

    /// Creates a timer that calls `passed` when a deadline passes.
    init(_ loop: any EventLoop, _ passed: @escaping () -> Void) {
        self.loop = loop
        self.passed = passed
    }

    /// Moves the deadline; nil takes it away.
    func set(_ deadline: NIODeadline?) {
        self.deadline = deadline
        guard let deadline else { return }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        schedule(deadline)
    }

    /// Ends the timer for good.
    func end() {
        deadline = nil
        timer?.task.cancel()
        timer = nil
    }

    private func schedule(_ at: NIODeadline) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = (loop.scheduleTask(deadline: at) { bound.value.fire() }, at)
    }

    private func fire() {
        timer = nil
        guard let deadline else { return }
        guard NIODeadline.now() >= deadline else { return schedule(deadline) }
        self.deadline = nil
        passed()
    }
}
