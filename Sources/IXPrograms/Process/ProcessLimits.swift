internal import CSpawn
internal import IXCore
internal import IXPipelines

/// `ProcessLimits` limits each process of a pipeline's program, and all processes of a run together; nil: the daemon's
/// own limit.
package struct ProcessLimits: Sendable, Equatable {
    /// Bytes of address space per process, at least 16 MiB.
    package var memoryBytes: Int?
    /// Seconds of processor time per process; the process then gets XCPU, and KILL 5 s later.
    package var cpuSeconds: Int?
    /// Bytes of a single file that a process writes; a write beyond the limit raises XFSZ.
    package var fileBytes: Int?
    /// Processes and threads of the user that the program runs as, counted together; the kernel exempts root.
    package var processes: Int?
    /// Open descriptors per process.
    package var openFiles: Int?
    /// Bytes of memory of all processes of a run together, at least 16 MiB; needs `ControlGroups`.
    package var totalMemoryBytes: Int?
    /// Processor time of all processes of a run together, in hundredths of a processor; needs `ControlGroups`.
    package var totalProcessorPercent: Int?

    /// True when a limit on all processes of a run together is set.
    package var holdTogether: Bool { totalMemoryBytes != nil || totalProcessorPercent != nil }

    private static let smallestMemory = 16 << 20

    /// Creates limits without a check; `ExecSettings` checks them.
    package init(
        memoryBytes: Int? = nil, cpuSeconds: Int? = nil, fileBytes: Int? = nil, processes: Int? = nil,
        openFiles: Int? = nil, totalMemoryBytes: Int? = nil, totalProcessorPercent: Int? = nil
    ) {
        self.memoryBytes = memoryBytes
        self.cpuSeconds = cpuSeconds
        self.fileBytes = fileBytes
        self.processes = processes
        self.openFiles = openFiles
        self.totalMemoryBytes = totalMemoryBytes
        self.totalProcessorPercent = totalProcessorPercent
    }

    /// Returns the limits. Throws `InvalidInput` for a memory limit below 16 MiB, or any further limit below 1.
    func validated() throws(InvalidInput) -> ProcessLimits {
        if let memoryBytes, memoryBytes < Self.smallestMemory {
            throw InvalidInput("memory", "is \(memoryBytes) bytes, must be at least \(Self.smallestMemory)")
        }
        if let totalMemoryBytes, totalMemoryBytes < Self.smallestMemory {
            throw InvalidInput("total_memory", "is \(totalMemoryBytes) bytes, must be at least \(Self.smallestMemory)")
        }
        for (name, value) in [("cpu", cpuSeconds), ("file", fileBytes), ("processes", processes), ("files", openFiles)]
        {
            if let value, value < 1 { throw InvalidInput(name, "must be 1 or more") }
        }
        return self
    }

    var values: ix_limits {
        ix_limits(
            memory_bytes: Self.value(memoryBytes), cpu_seconds: Self.value(cpuSeconds),
            file_bytes: Self.value(fileBytes), processes: Self.value(processes), open_files: Self.value(openFiles))
    }

    private static func value(_ limit: Int?) -> UInt64 { limit.map(UInt64.init) ?? .max }
}
