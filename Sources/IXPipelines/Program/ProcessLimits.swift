internal import CSpawn
internal import IXCore

/// What each process of a pipeline's program may use; nil: what the daemon itself may.
public struct ProcessLimits: Sendable, Equatable {
    /// Bytes of address space.
    public var memoryBytes: Int?
    /// Seconds of processor time; the process gets XCPU then, and KILL five seconds later.
    public var cpuSeconds: Int?
    /// Bytes of any one file it writes; it gets XFSZ for more.
    public var fileBytes: Int?
    /// Processes and threads of the daemon's user, all together; the kernel doesn't hold root to it.
    public var processes: Int?
    /// Descriptors open at a time.
    public var openFiles: Int?
    /// Bytes in use by all processes of a run together; needs `ControlGroups`.
    public var totalMemoryBytes: Int?
    /// Processor time of all processes of a run together, in hundredths of one processor; needs `ControlGroups`.
    public var totalProcessorPercent: Int?

    /// Whether there is one on a run's processes together.
    public var holdTogether: Bool { totalMemoryBytes != nil || totalProcessorPercent != nil }

    private static let smallestMemory = 16 << 20

    public init(
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

    func validated() throws(InvalidInput) -> ProcessLimits {
        if let memoryBytes, memoryBytes < Self.smallestMemory {
            throw InvalidInput("memory", "\(memoryBytes) bytes, the least is \(Self.smallestMemory)")
        }
        if let totalMemoryBytes, totalMemoryBytes < Self.smallestMemory {
            throw InvalidInput("total_memory", "\(totalMemoryBytes) bytes, the least is \(Self.smallestMemory)")
        }
        for (name, value) in [("cpu", cpuSeconds), ("file", fileBytes), ("processes", processes), ("files", openFiles)]
        {
            if let value, value < 1 { throw InvalidInput(name, "is not above 0") }
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
