import Glibc

/// The SQL folder of a module, found from the path of this source file.
package enum SQLFolder {
    /// Returns the contents of the module's files by their names without `.sql`.
    package static func files(of room: String) throws -> [String: String] {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/\(room)/SQL"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(root + "/*/*.sql", 0, nil, &found) == 0 else { throw TestFailure("\(root) holds no SQL") }
        return try (0..<Int(found.gl_pathc)).reduce(into: [:]) { files, index in
            guard let path = found.gl_pathv[index].map({ String(cString: $0) }),
                let name = path.split(separator: "/").last?.dropLast(".sql".count)
            else { return }
            files[String(name)] = try contents(path)
        }
    }

    private static func contents(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw TestFailure("\(path) can't be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
