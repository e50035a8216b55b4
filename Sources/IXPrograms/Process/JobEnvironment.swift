internal import FoundationEssentials
internal import IXCore
internal import IXPipelines
internal import IXTelemetry

/// `JobEnvironment` makes the environment of a run: a small clean set, then the variables of the settings, then the
/// job's own. A later set overrides an earlier set.
struct JobEnvironment {
    /// The part of the environment that a pipeline's settings give.
    struct Base {
        /// Variables taken over from the daemon.
        let inherited: [String: String]
        /// Variables of the configuration, over the inherited ones.
        let environment: [String: String]
        /// Home of the program's user; nil: the private directory.
        let home: String?
    }

    private static let clean = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
    private static let always = ["HOME", "TZ"]
    private static let jobs: Set<String> = [
        "IX_JOB_ID", "IX_ID", "IX_USE_CASE", "IX_CLIENT_ID", "IX_REQUEST_ID", "IX_ATTEMPT", "IX_MAX_ATTEMPTS",
        "IX_DEADLINE", "IX_DAEMON", "IX_WORKER", "IX_CONTROL", "TRACEPARENT",
        "TRACESTATE",
    ]
    private static let secret: Set<String> = ["NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY"]
    private static let secretPrefixes = ["IX_", "PG", "LISTEN_", "WATCHDOG_"]

    /// Returns `names`. Throws when a name would pass a secret or a socket of the daemon to a child.
    static func validated(passed names: [String]) throws(InvalidInput) -> [String] {
        for name in names {
            try validate(name: name, field: "pass_environment")
            guard !secret.contains(name), !secretPrefixes.contains(where: name.hasPrefix) else {
                throw InvalidInput("pass_environment", "\(name) is the daemon's own and is never passed to programs")
            }
        }
        return names
    }

    /// Returns `additions`. Throws when a variable would replace a variable that the daemon sets for every job.
    static func validated(additions: [String: String]) throws(InvalidInput) -> [String: String] {
        for (name, value) in additions {
            try validate(name: name, field: "environment")
            guard !jobs.contains(name) else {
                throw InvalidInput("environment", "\(name) is reserved: the daemon sets it for every job")
            }
            guard !value.utf8.contains(0) else { throw InvalidInput("environment", "\(name) holds a NUL character") }
        }
        return additions
    }

    /// Returns the variables that a child takes over from the daemon's environment: `HOME`, `TZ` and `names`.
    static func inherited(from daemon: [String: String], passing names: [String]) -> [String: String] {
        daemon.filter { always.contains($0.key) || names.contains($0.key) }
    }

    /// Returns the variables of a child that runs a job.
    static func variables(
        _ base: Base, request: RequestIX, context: PipelineContext, directory: PrivateDirectory, now: Date
    ) -> [String: String] {
        variables(base, directory: directory).merging(job(request, context, now: now)) { $1 }
    }

    /// Returns the variables of a warm process, which serves many jobs.
    static func variables(_ base: Base, directory: PrivateDirectory) -> [String: String] {
        let folders = ["HOME": base.home ?? directory.path, "TMPDIR": directory.path]
        // A warm process gets `IX_CONTROL` too, because its orphaned processes are found by the variable's value.
        let mark = ["IX_CONTROL": directory.control]
        return [folders, base.inherited, base.environment, mark].reduce(clean) { $0.merging($1) { $1 } }
    }

    private static func job(_ request: RequestIX, _ context: PipelineContext, now: Date) -> [String: String] {
        var variables = [
            "IX_JOB_ID": context.attempt.jobID.uuidString.lowercased(),
            "IX_USE_CASE": request.useCase,
            "IX_CLIENT_ID": request.clientID,
            "IX_REQUEST_ID": request.requestID,
            "IX_ATTEMPT": "\(context.attempt.number)",
            "IX_MAX_ATTEMPTS": "\(context.maxAttempts)",
            "IX_DEADLINE": context.deadlineText(from: now),
            "TRACEPARENT": context.trace,
        ]
        variables["TRACESTATE"] = context.traceState
        variables["IX_ID"] = request.ixID
        variables["IX_DAEMON"] = context.daemonID?.uuidString.lowercased()
        variables["IX_WORKER"] = context.worker.map(String.init)
        return variables
    }

    private static func validate(name: String, field: String) throws(InvalidInput) {
        let letters = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard letters, let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            throw InvalidInput(field, "\"\(name)\" is not the name of a variable")
        }
    }
}
