import IXCore
import IXSchedules
import IXStore

extension ExportSettings {
    /// Reads the settings of a store.
    init(of store: any JobStore) async throws {
        self = try await store.perform { operations in
            var settings = ExportSettings()
            for queue in try operations.queues() where try operations.queue(queue.settings.queue) != nil {
                try settings.add(queue.settings)
                try Self.pages(of: queue.settings.queue, operations) { settings.add($0, of: queue.settings.queue) }
            }
            while true {
                let last = settings.schedules.last?.definition.name ?? ""
                let page = try operations.schedules(after: last, limit: ScheduleState.most)
                settings.schedules += page
                if page.count < ScheduleState.most { return settings }
            }
        }
    }

    private static func pages(
        of queue: String, _ operations: any JobOperations, _ body: (GroupState) -> Void
    ) throws {
        let most = 500
        var last = ""
        while true {
            let page = try operations.groups(of: queue, after: last, limit: most)
            page.forEach(body)
            guard page.count == most, let end = page.last else { return }
            last = end.key
        }
    }

    /// The keys of a queue's groups that have settings of their own.
    static func keys(of queue: String, _ operations: any JobOperations) throws -> Set<String> {
        var keys: Set<String> = []
        try pages(of: queue, operations) { if $0.hasSettings { keys.insert($0.key) } }
        return keys
    }

    /// Sets what the store doesn't have; `known` holds the keys of its groups with settings, by queue. Returns how many
    /// settings it had not.
    func restore(_ operations: any JobOperations, besides known: [String: Set<String>]) throws -> Int {
        var count = 0
        for queue in queues where try operations.queue(queue.name) == nil {
            try operations.setQueue(queue.name, queue.change)
            if queue.isPaused { _ = try operations.pause(queue.name, group: nil) }  // ignored: the queue is new
            count += 1
        }
        for group in groups where known[group.queue]?.contains(group.key) != true {
            try operations.setGroup(group.queue, group.key, concurrency: group.concurrency)
            if group.isPaused { _ = try operations.pause(group.queue, group: group.key) }  // ignored: as above
            count += 1
        }
        for schedule in schedules where try operations.restore(schedule) { count += 1 }
        return count
    }
}
