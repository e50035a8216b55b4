import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The move of receipts and dedupe keys.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.movable)
    func `a repeated request has its first answer after a move, an end and a prune`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { source in
            let job = try await source.insert(.keyed("a", .throttle, seconds: 3600)).jobID
            #expect(try await source.insert(.keyed("b", .throttle, seconds: 3600)).jobID == job)
            let other = try await source.insert(.keyed("a", clientID: "other")).jobID
            _ = try await source.insert(.keyed("b", clientID: "other"))
            // What a copy would take: in the copy's store a repeat would be answered by a job that isn't there.
            #expect(try await source.keys(of: nil).receipts.isEmpty, "receipts of jobs that are still to run stay")
            let passes = try await source.leaving()
            let (receipts, dedupes) = try await source.keys(of: "client")
            #expect(receipts.map(\.jobID) == [job] && dedupes.map(\.jobID) == [job])
            let all = try await source.keys(of: nil)
            #expect(Set(all.receipts.map(\.jobID)) == [job, other] && all.dedupes.count == 2)
            try await kind.with { target in
                try await target.arrive(passes)
                for _ in 0..<2 {
                    try await target.transaction { operations in
                        try operations.restoreReceipts(receipts)
                        try operations.restoreDedupes(dedupes)
                    }
                }
                #expect(try await target.insert(.make("b")).jobID == job)
                #expect(try await target.insert(.keyed("c", .throttle, seconds: 3600)).jobID == job)
                _ = try await target.drain(workers: 1)
                let kept = try await target.keys(of: "client")
                #expect(kept.receipts.filter(receipts.contains) == receipts && kept.receipts.count == 2)
                #expect(kept.dedupes == dedupes)
                #expect(try await target.prunedByWalks(Self.receiptRetention) == 2)
                for key in ["a", "b", "c"] {
                    let answer = try await target.insert(.make(key))
                    #expect(answer.jobID == job && answer.isDuplicate && answer.status == nil, "\(key)")
                }
                let fresh = try await target.insert(.keyed("d", .throttle, seconds: 3600))
                #expect(fresh.jobID == job && fresh.isDuplicate)
            }
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `receipts of a client come page by page, whatever lies between`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for client in ["client", "other"] {
                _ = try await store.insert(.keyed("first", clientID: client))
                for number in 0..<5 { _ = try await store.insert(.keyed("\(number)", clientID: client)) }
            }
            _ = try await store.drain(workers: 1)
            let ones = try await store.keys(of: "client", limit: 2)
            let all = try await store.keys(of: nil, limit: 3)
            #expect(ones.receipts.count == 5 && Set(ones.receipts.map(\.jobID)).count == 1)
            #expect(all.receipts.count == 10 && all.dedupes.count == 2)
        }
    }

    @Test func `receipts of a file get their hashes in PostgreSQL, and hashes are refused by a file`() async throws {
        let names = Receipt(
            .names(clientID: "client", requestID: "a"), jobID: UUID(), at: "2026-03-04T05:06:07.000008Z")
        try await StoreUnderTest.postgres.with { postgres in
            try await postgres.transaction { try $0.restoreReceipts([names]) }
            let answer = try await postgres.insert(.make("a"))
            #expect(answer.jobID == names.jobID && answer.isDuplicate && answer.status == nil)
            let (hashes, _) = try await postgres.keys(of: "client")
            #expect(hashes.count == 1 && hashes[0].at == names.at)
            try await StoreUnderTest.sqlite.with { file in
                let refusal = await #expect(throws: StoreError.self) {
                    try await file.transaction { try $0.restoreReceipts(hashes) }
                }
                #expect(refusal?.description.contains("hashes of PostgreSQL") == true)
            }
        }
    }

    @Test(arguments: [
        (#"{"pair":"0","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"2026-03-04T05:06:07Z"}"#, "pair"),
        (
            #"{"client_id":"c","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"2026-03-04T05:06:07Z"}"#,
            "request_id"
        ),
        (#"{"client_id":"c","request_id":"r","job_id":"7","at":"2026-03-04T05:06:07Z"}"#, "job_id"),
        (#"{"client_id":"c","request_id":"r","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"soon"}"#, "at"),
    ])
    func `a receipt that no store has written is refused with its field`(_ text: String, _ field: String) throws {
        let line = Array("{\"receipts\":[\(text)]}".utf8)
        let refusal = #expect(throws: InvalidInput.self) { try KeysLine(line) }
        #expect(refusal?.field == field)
    }

    @Test func `lines of keys are read as they were written`() throws {
        let receipts = [
            Receipt(.names(clientID: "ü\"", requestID: "r"), jobID: UUID(), at: "2026-03-04T05:06:07.000008Z"),
            Receipt(
                .hashes(pair: String(repeating: "0f", count: 16), client: nil), jobID: UUID(),
                at: "2026-03-04T05:06:07.000008Z"),
        ]
        let dedupe = DedupeRecord(
            clientID: "c", useCase: "u", key: "k", jobID: UUID(), at: "2026-03-04T05:06:07.000008Z",
            keptUntil: "2026-03-04T06:06:07.000008Z")
        for line in [KeysLine.receipts(receipts), .dedupes([dedupe])] {
            let bytes = Array(line.text.utf8.dropLast())
            #expect(ExportLine(bytes) == .keys)
            let read = try KeysLine(bytes)
            #expect(read == line)
        }
    }
}

extension JobStore {
    /// The receipts and the dedupe keys of a client, page by page.
    fileprivate func keys(
        of clientID: String?, limit: Int = 1
    ) async throws -> (receipts: [Receipt], dedupes: [DedupeRecord]) {
        var (receipts, dedupes): ([Receipt], [DedupeRecord]) = ([], [])
        var position: Receipt.Keys?
        repeat {
            let start = position
            let page = try await perform { try $0.receipts(of: clientID, after: start, limit: limit) }
            receipts += page.receipts
            position = page.next
        } while position != nil
        while true {
            let last = dedupes.last
            let page = try await perform { try $0.dedupes(of: clientID, after: last, limit: limit) }
            guard !page.isEmpty else { return (receipts, dedupes) }
            dedupes += page
        }
    }
}
