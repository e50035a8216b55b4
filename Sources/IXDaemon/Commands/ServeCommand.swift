import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConcurrency
import IXConfig
import IXCore
import IXPostgres
import IXServer
import IXStore
import IXSystemd
import IXTelemetry
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the HTTP API without running jobs.",
        discussion: """
            For hosts that only take requests: no workers, no sweep, no callbacks. Without `[http] listen` the server
            listens on 127.0.0.1:8791. TERM: let requests end within the grace time, then stop. HUP: read the
            certificate again.
            """.flowing)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try options.load(environment: environment, asService: false)
        let logs = LogControl(configuration.log, environment: environment)
        defer { logs.flush() }
        let (logger, notice, signals) = (logs.logger("ix-worker"), ServiceNotice(environment), SignalWatch())
        let isReady = Latch()
        let pipelines = PipelineView.all(of: configuration)
        let meters = configuration.metrics.isEnabled ? DaemonMeters() : nil
        let (tracing, exporter) = try Self.tracing(configuration, environment)
        Self.observe(meters, tracing, configuration)
        let view = DaemonView(
            storeName: configuration.storeName, isAlive: { true }, isStarted: { isReady.isOpen },
            unreadiness: { isReady.isOpen ? nil : .other("starting") }, asksStore: true, pipelines: { pipelines },
            meters: meters, tracing: tracing)
        guard let part = try ServerPart(configuration, environment: environment, view, logger, isAlone: true) else {
            throw Exit.configuration.saying("http.listen is off")
        }
        try await waitForSchema(configuration, notice, signals.stop)
        guard !signals.stop.isOpen else { return }
        _ = try await part.start()  // ignored: alone, a server that can't listen ends the program
        signals.answer { if $0 == .reload { part.reload() } }
        if let exporter { Task { await exporter.run() } }
        isReady.open()
        notice.ready("Serving")
        logger.log(.ready)
        await signals.stop.wait()
        notice.stopping("Draining")
        await part.drain(upTo: configuration.worker.grace)
        await exporter?.end()
        logger.log(.stopped)
    }

    /// Returns what keeps the spans of requests, and what posts them; nil without a collector.
    private static func tracing(
        _ configuration: Configuration, _ environment: [String: String]
    ) throws -> (Tracing?, SpanExporter?) {
        let id = UUID.random().uuidString.lowercased()
        do throws(InvalidInput) {
            let settings = try TraceSettings(
                configuration.traces, environment, version: Version.number, instance: id)
            guard let settings else { return (nil, nil) }
            let tracing = settings.tracing(of: configuration)
            return (tracing, SpanExporter(settings, tracing, version: Version.number))
        } catch {
            throw Exit.configuration.saying(error.description)
        }
    }

    /// Tells the metrics what the program is, and how many spans it sent.
    private static func observe(_ meters: DaemonMeters?, _ tracing: Tracing?, _ configuration: Configuration) {
        let (store, schema) = Backend.kind(configuration.store)
        meters?.registry.observe { [tracing] in
            [MetricSample(.buildInfo, [Version.number, Version.commit, store, "\(schema)"], 1)]
                + (tracing?.samples ?? [])
        }
    }

    /// Waits until the database has its schema; the embedded file makes its own.
    private func waitForSchema(_ configuration: Configuration, _ notice: ServiceNotice, _ stop: Latch) async throws {
        guard configuration.store == .postgres else { return }
        let parameters = try configuration.checkedParameters("ix-worker serve")
        var backoff = Backoff()
        while !stop.isOpen {
            let migrator = PostgresMigrator(parameters, callTimeout: parameters.callTimeout)
            do throws(StoreError) {
                try await migrator.check()
                return await migrator.close()
            } catch {
                await migrator.close()
                guard error.isTransient else { throw Exit.code(for: error).saying(error.description) }
                notice.status("Waiting for the database: \(error)")
                await stop.wait(upTo: backoff.next())
            }
        }
    }
}

extension PipelineView {
    /// Returns the views of all configured pipelines, by name.
    static func all(of configuration: Configuration) -> [PipelineView] {
        configuration.pipelines.sorted { $0.key < $1.key }.map { PipelineView($0.value, name: $0.key) }
    }

    private init(_ pipeline: PipelineConfiguration, name: String) {
        self.init(name: name, kind: pipeline.work.kind, concurrency: pipeline.concurrency)
    }
}
