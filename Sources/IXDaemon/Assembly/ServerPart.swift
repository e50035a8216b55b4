import FoundationEssentials
import Glibc
import IXCommand
import IXConfig
import IXCore
import IXPostgres
import IXRepresentation
import IXServer
import IXStore
import IXSystemd
import IXTelemetry
import Logging

/// The HTTP server as a part of the daemon, or alone in `ix-worker serve`.
struct ServerPart: Sendable {
    private let server: Server
    private let stores: ServerStores
    private let isOptional: Bool
    private let tokenFile: TokenFile?
    private let logger: Logger

    /// Creates the server without listening; nil when the configuration wants none.
    ///
    /// Failure: ends the program with 78 when a key of `[http]` can't be used.
    init?(
        _ configuration: Configuration, environment: [String: String], _ view: DaemonView, _ logger: Logger,
        isAlone: Bool = false
    ) throws {
        let isLocal = configuration.store == .sqlite && isatty(STDERR_FILENO) == 1
        let inherited = InheritedSockets.taken(environment).map {
            Binding.inherited(
                $0.descriptor, isLocal: $0.isLocal, isSocketFile: $0.isSocketFile, operatorsPath: $0.operatorsPath)
        }
        var settings: ServerSettings?
        do throws(InvalidInput) {
            settings = try ServerSettings(
                configuration.http, inherited: inherited, isLocal: isLocal || isAlone)
        } catch {
            throw Exit.configuration.saying(error.description)
        }
        settings?.traceLink = TraceLink(configuration.traces.link)
        guard let settings else { return nil }
        self.logger = logger
        isOptional = configuration.http.listen == ["auto"] && !isAlone && inherited.isEmpty
        stores = try ServerStores(configuration, view.meters?.store, logger)
        do throws(ServerFailure) { server = try Server(settings, stores, view, logger) } catch {
            throw Exit.configuration.saying(error.description)
        }
        let wantsFile = isLocal && configuration.http.needsToken
        tokenFile =
            wantsFile ? TokenFile(directory: configuration.worker.stateDirectory, FirstCommands(configuration)) : nil
    }

    /// Listens. Requires: the store's schema is there.
    ///
    /// Failure: ends the program with 69 when an address is taken; with `auto` a warning says so instead.
    func start() async throws -> Bool {
        do throws(ServerFailure) {
            let addresses = try await server.start()
            logger.log(.serverListening, ["addresses": "\(addresses.joined(separator: ", "))"])
            await tokenFile?.provide(stores, addresses, logger)
            return true
        } catch {
            guard isOptional else {
                throw (error.kind == .address ? Exit.unavailable : .configuration).saying(error.description)
            }
            logger.log(.serverUnavailable, ["reason": "\(error)"])
            return false
        }
    }

    /// Reads the certificate again.
    func reload() {
        do throws(ServerFailure) { try server.reload() } catch {
            logger.log(.serverUnprotected, ["reason": "\(error)"])
        }
    }

    /// Ends waits and connections within `limit`.
    func drain(upTo limit: Duration) async { await server.drain(upTo: limit) }
}

extension ServerStores {
    /// Stores of the server's own, so that a slow page delays no claim and no heartbeat.
    fileprivate init(_ configuration: Configuration, _ meters: StoreMeters?, _ logger: Logger) throws {
        switch configuration.store {
        case .sqlite:
            self.init(
                reading: configuration.embeddedStore(calls: 2, meters: meters),
                writing: configuration.embeddedStore(calls: 2, meters: meters))
        case .postgres:
            var reading = try configuration.checkedParameters("ix-worker http reads")
            reading.onNotice = NoticeLog(logger).log
            var writing = reading
            writing.applicationName = "ix-worker http writes"
            let primary = PostgresStore(reading, connections: 2, meters: meters)
            let copy = configuration.standbyParameters("ix-worker http standby").map {
                StandbyCopy(
                    $0, connections: 2, of: primary, most: configuration.postgres.readMaxAge, meters: meters,
                    logger: logger)
            }
            self.init(
                reading: primary, writing: PostgresStore(writing, connections: 2, meters: meters), copy: copy)
        }
    }
}
