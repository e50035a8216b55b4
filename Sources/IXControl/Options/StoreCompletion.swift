import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConcurrency
import IXConfig
import IXCore
import IXRepresentation
import IXSchedules
import IXStore
import IXTelemetry

/// `StoreCompletion` completes names that only the store knows, at a press of the tabulator.
///
/// Guarantees: an answer within 2 seconds, without a message: a store that is away, or a configuration with a fault,
/// completes to nothing. The embedded file is never made by a look.
enum StoreCompletion {
    /// The use cases of the configuration, of live daemons and of waiting jobs.
    static let useCases = kind { store, configuration, _ in
        let (levels, daemons) = try await store.perform { (try $0.levels(), try $0.surroundings().daemons) }
        let kept = levels?.levels.byUseCase.compactMap(\.name) ?? []
        let own = configuration.pipelines.keys.filter { $0 != "default" }
        return Set(own + ["echo", "sleep", "fail"] + kept + daemons.flatMap { $0.daemon.serves ?? [] }).sorted()
    }

    /// The queues with settings.
    static let queues = kind { store, _, _ in try await store.perform { try $0.queues() }.map(\.settings.queue) }

    /// The schedules' names.
    static let schedules = kind { store, _, _ in
        try await store.perform { try $0.schedules(after: "", limit: ScheduleState.most) }.map(\.definition.name)
    }

    /// The tokens' names.
    static let tokens = kind { store, _, _ in
        try await store.perform { try $0.tokens() }.filter { $0.revokedAt == nil }.map(\.name)
    }

    /// The ids that begin as typed; the newest jobs before anything is typed.
    static let jobs = ids(JobFilter())
    /// The same for jobs that wait or run.
    static let liveJobs = ids(JobFilter(statuses: [.pending, .running]))
    /// The same for jobs that have ended.
    static let endedJobs = ids(JobFilter(statuses: [.done, .error]))

    /// The most ids that a look brings, because a screen shows no more.
    private static let most = 50

    private static func ids(_ filter: JobFilter) -> CompletionKind {
        kind { store, _, prefix in
            // ignored: no id begins so
            guard let argument = try? JobArgument(prefix) else {
                guard prefix.utf8.count < IDBeginning.least else { return [] }
                let page = try await store.perform { try $0.list(filter, after: nil, limit: most) }
                return page.map { $0.jobID.uuidString.lowercased() }
            }
            return try await argument.all(store.reading, limit: most).map { $0.uuidString.lowercased() }
        }
    }

    private static func kind(
        _ look: @escaping @Sendable (any JobStore, Configuration, String) async throws -> [String]
    ) -> CompletionKind {
        .custom { (words: [String], _: Int, prefix: String) async -> [String] in
            let (found, answered) = (Locked<[String]>([]), Latch())
            // The task is left alone after the time: the process ends with the answer.
            Task {
                // ignored: a message would be written into the line that is being typed
                found.value = (try? await names(words, prefix, look)) ?? []
                answered.open()
            }
            await answered.wait(upTo: limit)
            return found.value.filter { $0.hasPrefix(prefix) && $0 == ScreenText($0).text }
        }
    }

    private static let limit = Duration.seconds(2)

    private static func names(
        _ words: [String], _ prefix: String,
        _ look: @Sendable (any JobStore, Configuration, String) async throws -> [String]
    ) async throws -> [String] {
        // A server's names would need its token; ids and names of a store beside it would be the wrong ones.
        guard !words.contains(where: { $0 == "--server" || $0.hasPrefix("--server=") }) else { return [] }
        var options = ConfigurationOptions()
        options.config = values(of: "--config", in: words).last
        options.overrides = values(of: "--set", in: words)
        let configuration = try options.reader(environment: ProcessInfo.processInfo.environment)([])
        if configuration.store == .sqlite, access(configuration.sqlite.path, R_OK) != 0 { return [] }
        let store = try configuration.openStore("ixctl", connections: 1, callTimeout: limit, isSilent: true)
        return try await look(store, configuration, prefix)
    }

    /// Returns the values of an option among the shell's words, without their quotes.
    private static func values(of option: String, in words: [String]) -> [String] {
        var values: [String] = []
        for (index, word) in words.enumerated() {
            if word.hasPrefix(option + "=") { values.append(String(word.dropFirst(option.count + 1))) }
            if word == option, index + 1 < words.count { values.append(words[index + 1]) }
        }
        return values.map { $0.filter { $0 != "\"" && $0 != "'" && $0 != "\\" } }
    }
}

extension CompletionKind {
    /// The statuses of a job.
    static let statuses = CompletionKind.list(JobStatus.allCases.map(\.rawValue))
    /// The results of a callback.
    static let callbackStatuses = CompletionKind.list(["delivered", "failed"])
    /// The codes that ix-worker itself gives; a pipeline's own codes are typed.
    static let errorCodes = CompletionKind.list(ErrorCodes.known.sorted())
}
