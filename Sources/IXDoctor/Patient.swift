internal import IXCommand
public import IXConfig
internal import IXPostgres
internal import IXStore

/// Who is looked over: a configuration in an environment, and the server that it names.
public struct Patient: Sendable {
    let configuration: Configuration
    let environment: [String: String]
    /// Nil on the embedded file.
    let probe: PostgresProbe?
    /// What is wrong with the pipelines, if anything is; the assembly is the daemon's.
    let pipelineFault: @Sendable (Configuration) -> String?

    /// What keeps programs from the daemon: what of it doesn't hold, and what they can't see.
    let walls: @Sendable (Configuration) -> (faults: [String], hidden: [String])

    /// Ends the program with 78 when an address can't be read.
    public init(
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
    /// A store's refusal, under the exit code that any other command would end with.
    static func refused(_ subject: String, _ error: StoreError, _ advice: String) -> Finding {
        .fault(subject, error.description, advice, Exit.code(for: error))
    }
}
