/// `DrainPace` is what the end of the workers says about the ends to come.
struct DrainPace: Sendable {
    /// The longest wait of a drain step while an unresponsive store keeps workers without a job from ending.
    static let leave = Duration.milliseconds(500)

    /// The time in which the duties and the notifier must each end.
    var loops = leave
    /// False once a part of the drain didn't end in time.
    var isAnswered = true
}
