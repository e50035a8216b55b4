import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

/// `JobArgument` is a job id of the command line: a whole id, or the beginning of one with 4 characters or more.
struct JobArgument: Sendable {
    private let beginning: IDBeginning

    /// The argument as typed, in lower case.
    var text: String { beginning.text }

    /// Reads an argument. Throws for a text that begins no id.
    init(_ argument: String) throws {
        guard let beginning = IDBeginning(argument) else {
            throw ValidationError(
                "'\(argument)' is no job id: a job id is a UUID, or its first \(IDBeginning.least) characters or more.")
        }
        self.beginning = beginning
    }

    /// Returns the job's id. Ends the program with 1 when no job's id begins like this, and with 64 when several do.
    func id(_ store: RoleStore<any JobReading>) async throws -> UUID {
        guard !beginning.isWhole else { return beginning.first }
        let found = try await all(store, limit: IDBeginning.named + 1)
        guard let id = found.first else { throw Exit.no.saying("there is no job whose id begins with \(text)") }
        guard found.count == 1 else { throw Exit.usage.saying("\(text) \(beginning.ambiguity(found))") }
        return id
    }

    /// Returns the ids that begin like this, at most `limit`.
    func all(_ store: RoleStore<any JobReading>, limit: Int) async throws -> [UUID] {
        try await store.perform { [beginning] in
            try $0.jobIDs(from: beginning.first, through: beginning.last, limit: limit)
        }
    }

    /// Returns the whole id, which the server looks up. Ends the program as `id` does.
    func id(on server: RemoteServer) async throws -> String {
        guard !beginning.isWhole else { return beginning.first.uuidString.lowercased() }
        let answer = try await server.get("/v1/jobs/lookup", [("job_id", text)])
        let job = try JSONDocument(answer.utf8, field: "answer", limit: 8 << 20)
        guard let id = job["job_id"]?.string else { throw Exit.internal.saying("the server's answer can't be read") }
        return id
    }
}

extension [JobArgument] {
    /// Returns the jobs' ids, in order. Ends the program at the first that isn't the beginning of one id.
    func ids(_ store: RoleStore<any JobReading>) async throws -> [UUID] {
        var ids: [UUID] = []
        for argument in self { ids.append(try await argument.id(store)) }
        return ids
    }

    /// Returns the jobs' ids, which the server looks up, in order.
    func ids(on server: RemoteServer) async throws -> [String] {
        var ids: [String] = []
        for argument in self { ids.append(try await argument.id(on: server)) }
        return ids
    }
}
