import Glibc
import IXCore

/// The file of refused lines, one JSON object a line. The first refusal creates the file. Only users with access to the
/// input may read the file, because the lines hold the input's content.
struct RefusalFile {
    let path: String
    /// Length in bytes of the refusals written so far.
    private(set) var bytes: Int
    private var descriptor: Int32 = -1
    private let input: Int32

    /// Keeps the first `bytes` of an existing file, acknowledged by an earlier run. With 0 an existing file is renamed.
    init(_ path: String, keeping bytes: Int, input: Int32) throws(InvalidInput) {
        self.path = path
        self.input = input
        self.bytes = bytes
        guard access(path, F_OK) == 0 else {
            self.bytes = 0
            return
        }
        guard bytes == 0 else {
            truncate(path, bytes)  // ignored: leftover entries only repeat lines which are refused again
            return
        }
        try putAside()
    }

    /// Renames an existing file to the first free `PATH.N`, because its content may belong to another program.
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
        // The readers of a pipe are unknown, so only the owner may read the refusals.
        let mode = isFile ? source.st_mode & 0o666 | 0o600 : 0o600
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode)
        // The new file has a different group than the input, so the group loses its access.
        if descriptor >= 0, isFile, fstat(descriptor, &made) == 0, made.st_size == 0, made.st_gid != source.st_gid {
            // ignored: a file of another owner keeps the mode set by its owner
            fchmod(descriptor, made.st_mode & 0o606)
        }
        return descriptor
    }
}
