/// `OtherProgram` names the commands and their aliases of the other one of the two programs, so that a command typed at
/// the wrong program gets the right one as an answer.
package struct OtherProgram: Sendable {
    let name: String
    let commands: [String]

    /// `ix-worker`, as seen from `ixctl`.
    package static let worker = Self(
        name: "ix-worker",
        commands: [
            "run", "serve", "init", "migrate", "check-config", "check-pipelines", "pipeline-test", "config", "doctor",
            "reload",
        ])

    /// `ixctl`, as seen from `ix-worker`.
    package static let control = Self(
        name: "ixctl",
        commands: [
            "enqueue", "get", "list", "cancel", "resubmit", "reschedule", "queue", "group", "schedule", "batch", "logs",
            "stats", "workers", "history", "prune", "callbacks", "listen", "watch", "top", "export", "import",
            "erase", "token", "open", "ready",
        ])
}
