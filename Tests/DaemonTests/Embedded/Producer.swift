import IXTestSupport

/// A producer in another language inserts jobs one by one, and prints `ack KEY` for each committed job.
struct Producer {
    let process: TestProcess
    private let name: String

    private static let program = """
        import sqlite3, sys
        path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        db = sqlite3.connect(path, timeout=20, isolation_level=None)
        for number in range(1, count + 1):
            db.execute(
                "INSERT INTO ix_enqueue (request, max_attempts) VALUES (json_object('use_case', 'echo', 'ix_client_id', 'c',"
                " 'request_id', ?), 0)", ("%s-%d" % (name, number),))
            print("ack %s-%d" % (name, number), flush=True)
        """

    init(_ path: String, name: String, count: Int) throws {
        self.name = name
        process = try TestProcess("/usr/bin/env", ["python3", "-c", Self.program, path, name, "\(count)"])
    }

    /// Keys of the jobs that may be committed: those that are, and the one that was under way when it was killed.
    var sent: [String] { acknowledged + ["\(name)-\(acknowledged.count + 1)"] }

    /// Keys of the jobs that are committed for sure.
    var acknowledged: [String] { process.lines.compactMap { $0.hasPrefix("ack ") ? String($0.dropFirst(4)) : nil } }
}
