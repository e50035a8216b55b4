/// `FileTables` gathers the named tables of all files, in the order of the files.
struct FileTables {
    private(set) var pipelines: [PipelineTable] = []
    private(set) var queues: [QueueTable] = []
    private(set) var schedules: [ScheduleTable] = []

    /// Takes the tables of a file, and returns the faults. A table that stands in an earlier file, too, is a fault.
    mutating func take(_ file: TOMLFile) -> [ConfigurationFault] {
        let (pipelines, pipelineFaults) = PipelineTable.all(in: file)
        let (queues, queueFaults) = QueueTable.all(in: file)
        let (schedules, scheduleFaults) = ScheduleTable.all(in: file)
        return pipelineFaults + queueFaults + scheduleFaults + Self.add(pipelines, to: &self.pipelines)
            + Self.add(queues, to: &self.queues) + Self.add(schedules, to: &self.schedules)
    }

    private static func add<Table: FileTable>(_ tables: [Table], to known: inout [Table]) -> [ConfigurationFault] {
        var faults: [ConfigurationFault] = []
        let earlier = known
        for table in tables {
            if let other = earlier.first(where: { $0.name == table.name }) {
                let reason = "is already set in \(other.origin)"
                faults.append(ConfigurationFault(origin: table.origin, key: table.key, reason: reason))
            } else {
                known.append(table)
            }
        }
        return faults
    }
}
