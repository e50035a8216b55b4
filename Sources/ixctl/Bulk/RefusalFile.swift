import Glibc
import IXCore

/// Where refused lines are kept, one JSON object each. Made when there is something to keep, for those alone to read who may
/// read the input.
struct RefusalFile {
    let path: String
    private(set) var bytes: Int
    private var descriptor: Int32 = -1
    private let input: Int32

    /// Goes on behind the first `bytes` of the file: what a run before this one had acknowledged.
    init(_ path: String, keeping bytes: Int, input: Int32) throws(InvalidInput) {
        self.path = path
        self.input = input
        self.bytes = bytes
        guard access(path, F_OK) == 0 else {
            self.bytes = 0
            return
        }
        guard bytes == 0 else {
            truncate(path, bytes)  // ignored: what is left over repeats lines that are refused again
            return
        }
        try putAside()
    }

    /// What stands there may be anybody's: it gets the first free name behind its own.
    private func putAside() throws(InvalidInput) {
        var number = 1
        while access("\(path).\(number)", F_OK) == 0 { number += 1 }
        guard rename(path, "\(path).\(number)") == 0 else {
            throw InvalidInput("--errors", "\(path): \(String(cString: strerror(errno)))")
        }
    }

    mutating func append(_ refusals: [Refusal]) throws(InvalidInput) {
        guard !refusals.isEmpty else { return }
        if descriptor < 0 { descriptor = opened() }
        let text = refusals.sorted { $0.line.number < $1.line.number }.map { $0.json + "\n" }.joined()
        guard descriptor >= 0, Terminal.write(text, to: descriptor) else {
            throw InvalidInput("--errors", "\(path): \(String(cString: strerror(errno)))")
        }
        bytes += text.utf8.count
    }

    private func opened() -> Int32 {
        var (source, made) = (stat(), stat())
        let isFile = fstat(input, &source) == 0 && source.st_mode & S_IFMT == S_IFREG
        // Of a pipe it isn't known who may read what comes through it.
        let mode = isFile ? source.st_mode & 0o666 | 0o600 : 0o600
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode)
        // Another group isn't the one that may read the input.
        if descriptor >= 0, isFile, fstat(descriptor, &made) == 0, made.st_size == 0, made.st_gid != source.st_gid {
            // ignored: a file of another owner keeps the mode that its owner gave it
            fchmod(descriptor, made.st_mode & 0o606)
        }
        return descriptor
    }
}
