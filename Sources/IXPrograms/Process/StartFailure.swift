internal import Glibc
internal import IXCore
internal import IXPipelines
internal import SystemPackage

/// `StartFailure` is the reason why a child didn't start. Either the operator must mend the configuration, or the
/// machine lacks room for now.
struct StartFailure: Error {
    private static let passing: Set<Int32> = [
        EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EIO, EINTR, ETXTBSY,
    ]

    /// The failure in words, for the operator.
    let reason: String
    /// The reason where no program is named beside it, such as a breaker's.
    var fault: String { "its program can't be started: \(reason)" }
    /// True when another attempt may succeed without the operator's help.
    let isPassing: Bool

    /// The child couldn't be recorded at `path`, and wasn't started, because a later daemon couldn't find the child.
    init(unrecorded path: String, _ error: Errno) {
        reason = "the state directory can't be written (\(path)): \(error)"
        isPassing = true
    }

    /// No private directory could be made below `root`.
    init(homeless root: String, _ error: Errno) {
        reason =
            "no private directory can be made in \(root): \(error); RUNTIME_DIRECTORY or TMPDIR can name another folder"
        isPassing = Self.passing.contains(error.rawValue)
    }

    /// `program`: the path of the file which didn't start. An existing file may lack the interpreter of its first line.
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
        // A foreign line end (CR) becomes a part of the interpreter's name, so the snippet makes the character visible.
        return SafeText.snippet(path, bytes: PipelineLimits.snippetBytes)
    }

    /// The error for the job: `pipeline_unavailable` for a passing failure, else `pipeline_misconfigured`.
    var jobError: JobError {
        isPassing
            ? JobError(PipelineCode.unavailable, "the pipeline's program can't be started now")
            : JobError(PipelineCode.misconfigured, "the pipeline's program can't be run")
    }
}
