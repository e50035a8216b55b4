package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    package func move(_ jobIDs: [UUID], to queue: String) throws(StoreError) -> [QueueMove] {
        do throws(InvalidInput) { try Keys.validated(queue, field: "queue") } catch {
            throw StoreError(.invalidInput(error), operation: "move_jobs", message: error.description)
        }
        return try write("move_jobs") { db in
            let settings = try db.row(.readQueue, [queue]).map(QueueSettings.init)
            let jobs = try Set(jobIDs).map { id in (id, try db.row(.get, [id.text])) }
            let inOrder = jobs.sorted { left, right in
                let times = (left.1?["created_at"] as String? ?? "", right.1?["created_at"] as String? ?? "")
                return times.0 == times.1 ? left.0.text < right.0.text : times.0 < times.1
            }
            return try inOrder.map { id, row in
                QueueMove(
                    jobID: id, result: try row.map { try Self.move($0, id, to: queue, settings, db) } ?? .notFound)
            }
        }
    }

    private static func move(
        _ row: Row, _ id: UUID, to queue: String, _ settings: QueueSettings?, _ db: Database
    ) throws -> QueueMove.Result {
        let status = try row.status("status")
        guard status == .pending else { return .notPending(status) }
        let useCase = row["use_case"] as String?
        guard row["queue"] ?? useCase != queue else { return .unchanged }
        let priority: Int = row["priority"]
        let check = LineCheck(
            queue: useCase == queue ? nil : queue, groupKey: nil, priority: priority, useCase: useCase ?? "")
        do throws(InvalidInput) { try check.run(settings) } catch { return .refused(error) }
        guard let moved = try db.row(.moveJob, [id.text, queue]) else { return .notFound }
        if moved["queue"] as String? == nil { try db.run(.dropLine, [id.text]) }
        return .moved
    }
}
