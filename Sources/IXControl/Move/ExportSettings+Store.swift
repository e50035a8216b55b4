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

    /// Each setting alone, queues before what names them, with words for people.
    var parts: [(what: String, settings: ExportSettings)] {
        queues.map { queue in ("queue \(queue.name)", Self { $0.queues = [queue] }) }
            + groups.map { group in ("group \(group.key) of queue \(group.queue)", Self { $0.groups = [group] }) }
            + schedules.map { one in ("schedule \(one.definition.name)", Self { $0.schedules = [one] }) }
    }

    private init(_ change: (inout ExportSettings) -> Void) {
        self.init()
        change(&self)
    }

    /// Sets what the store doesn't have. Returns how many settings it had not.
    func restore(_ operations: any JobOperations) throws -> Int {
        var count = 0
        for queue in queues where try operations.queue(queue.name) == nil {
            try operations.setQueue(queue.name, queue.change)
            if queue.isPaused { _ = try operations.pause(queue.name, group: nil) }  // ignored: the queue is new
            count += 1
        }
        for group in groups where try !Self.has(group, operations) {
            try operations.setGroup(group.queue, group.key, concurrency: group.concurrency)
            if group.isPaused { _ = try operations.pause(group.queue, group: group.key) }  // ignored: as above
            count += 1
        }
        for schedule in schedules where try operations.restore(schedule) { count += 1 }
        return count
    }

    private static func has(_ group: Group, _ operations: any JobOperations) throws -> Bool {
        var found = false
        try pages(of: group.queue, operations) { one in
            found = found || one.key == group.key && (one.concurrency != nil || one.pausedAt != nil)
        }
        return found
    }
}
