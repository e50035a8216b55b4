internal import Glibc
internal import IXCore
internal import SystemPackage

/// Why a child didn't start: the operator's to mend, or the machine's to outgrow.
struct StartFailure: Error {
    private static let passing: Set<Int32> = [
        EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EIO, EINTR, ETXTBSY,
    ]

    /// What failed, for the operator.
    let reason: String
    /// Whether another attempt may find the machine in a better state.
    let isPassing: Bool

    /// The child couldn't be written down at `path`, so it wasn't started: a later daemon couldn't find it.
    init(unrecorded path: String, _ error: Errno) {
        reason = "the state directory can't be written (\(path)): \(error)"
        isPassing = true
    }

    /// No private directory could be made below `root`.
    init(homeless root: String, _ error: Errno) {
        reason =
            "no private directory can be made in \(root): \(error); RUNTIME_DIRECTORY or TMPDIR may name another place for them"
        isPassing = Self.passing.contains(error.rawValue)
    }

    /// `program`: the path of the file that didn't start; one that is there may lack what its first line names.
    init(_ error: Errno, program: String? = nil) {
        let interpreter = error == .noSuchFileOrDirectory ? program.flatMap(Self.missingInterpreter) : nil
        reason = interpreter.map { "its interpreter \($0): \(error)" } ?? "\(error)"
        isPassing = Self.passing.contains(error.rawValue)
    }

    private static func missingInterpreter(of program: String) -> String? {
        guard let start = ProcessTable.read(program, limit: 256), start.starts(with: "#!".utf8) else { return nil }
        let line = start.dropFirst(2).prefix { $0 != 0x0A }.drop { $0 == 0x20 || $0 == 0x09 }
        let path = line.prefix { $0 != 0x20 && $0 != 0x09 }
        guard access(String(decoding: path, as: UTF8.self), F_OK) != 0 else { return nil }
        // A line end of another system's is a part of the name, and has to be seen.
        return SafeText.snippet(path, bytes: ExecLimits.snippetBytes)
    }

    var jobError: JobError {
        isPassing
            ? JobError(PipelineCode.unavailable, "the pipeline's program can't be started now")
            : JobError(PipelineCode.misconfigured, "the pipeline's program can't be run")
    }
}
