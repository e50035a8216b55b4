import Glibc
import IXCore

/// `SampleRequest` reads the request that a trial of pipelines sends: a file, a pipe, or standard input.
enum SampleRequest {
    /// Returns the bytes at the path; `-` is standard input. Reads one byte more than a request may have, which the
    /// document's check then refuses. Returns nil when nothing can be read there.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path == "-" ? "/dev/stdin" : path, "re") else { return nil }
        defer { fclose(file) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while bytes.count <= Limits.requestBytes {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return ferror(file) == 0 ? bytes : nil
    }
}
