import FoundationEssentials
import Glibc
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// One daemon per file.
@Suite(.timeLimit(.minutes(2))) struct LockTests {
    @Test func `a second one is refused with the first one's name, until that lets go`() async throws {
        try await TestFile.with { file in
            let (first, second) = (file.store(), file.store())
            try await first.hold(as: "ix-worker (process 17)")
            let error = await #expect(throws: StoreError.self) { try await second.hold(as: "another") }
            #expect(error?.code == .inUse && error?.message.contains("ix-worker (process 17)") == true)
            #expect(second.holder == "ix-worker (process 17)")
            try await second.insert("a")
            await first.close()
            #expect(second.holder == nil)
            try await second.hold(as: "another")
            await second.close()
        }
    }

    @Test func `who takes the file over finds every running job an orphan`() async throws {
        try await TestFile.with { file in
            let first = file.store()
            try await first.hold(as: "one")
            try await first.insert("a")
            _ = try await first.claimed()
            let mine = try await first.sweep()
            await first.close()
            let second = file.store()
            try await second.hold(as: "two")
            let swept = try await second.sweep()
            #expect(mine.isEmpty && swept.count == 1 && swept[0].attempts == 1)
            await second.close()
        }
    }

    @Test func `a move takes the daemon's place, and can't be forced upon one`() async throws {
        try await TestFile.with { file in
            let (daemon, mover) = (file.store(), file.store())
            try await daemon.hold(as: "ix-worker (process 17)")
            for forced in [false, true] {
                let error = await #expect(throws: StoreError.self) { try await mover.excludeDaemons(forced: forced) }
                #expect(error?.code == .busy && error?.message.contains("process 17") == true)
            }
            await daemon.close()
            try await mover.excludeDaemons(forced: false)
            let late = file.store()
            let error = await #expect(throws: StoreError.self) { try await late.hold(as: "late") }
            #expect(error?.code == .inUse)
            await mover.close()
            await late.close()
        }
    }
}
