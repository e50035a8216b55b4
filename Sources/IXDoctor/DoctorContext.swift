internal import IXCommand
package import IXConfig
internal import IXPostgres
internal import IXStore

/// `DoctorContext` is the subject of an examination: a configuration in an environment, and the configured server.
package struct DoctorContext: Sendable {
    let configuration: Configuration
    let environment: [String: String]
    /// The connection to the server; nil for the embedded file.
    let probe: PostgresProbe?
    /// Returns the fault of the pipelines, nil when the pipelines are sound. The daemon passes the function, because
    /// the daemon assembles the pipelines.
    let pipelineFault: @Sendable (Configuration) -> String?

    /// Returns the state of the programs' isolation: `faults` are the parts that don't work, `hidden` are the paths
    /// that programs can't see.
    let walls: @Sendable (Configuration) -> (faults: [String], hidden: [String])

    /// Creates a context. Failure: ends the program with exit code 78 when an address can't be read.
    package init(
        _ configuration: Configuration, environment: [String: String],
        pipelineFault: @escaping @Sendable (Configuration) -> String?,
        walls: @escaping @Sendable (Configuration) -> (faults: [String], hidden: [String])
    ) throws {
        self.configuration = configuration
        self.environment = environment
        (self.pipelineFault, self.walls) = (pipelineFault, walls)
        probe =
            configuration.store == .postgres
            ? PostgresProbe(try configuration.checkedParameters("ix-worker doctor")) : nil
    }

    func close() { probe?.close() }
}

extension Finding {
    /// Returns a fault for an error of a store, with the exit code that every command uses for the error.
    static func refused(_ subject: String, _ error: StoreError, _ advice: String) -> Finding {
        .fault(subject, error.description, advice, Exit.code(for: error))
    }
}
