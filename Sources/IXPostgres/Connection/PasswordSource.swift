internal import Glibc
package import IXCore

/// Files with passwords for libpq. The files are read at each connection, so that a new password counts from the next
/// connection on. Their content reaches nothing but libpq.
package struct PasswordSource: Sendable, Equatable {
    /// A file whose first line is the password; nil for none.
    package let file: String?
    /// A file in libpq's own form, `host:port:database:user:password`; nil for none.
    package let passfile: String?

    /// Makes a source; reads no file yet.
    package init(file: String? = nil, passfile: String? = nil) {
        self.file = file
        self.passfile = passfile
    }

    /// Throws for a file that can't be read; the error names the configuration's key and the path.
    package func check() throws(InvalidInput) {
        for (key, path) in [("postgres.password_file", file), ("postgres.passfile", passfile)] {
            guard let path else { continue }
            do { _ = try SecretFile.bytes(path) } catch {  // ignored: only whether it can be read
                throw InvalidInput(key, "\(path): \(error.reason)")
            }
        }
    }

    /// Returns defaults that the address overrides.
    func keywords() throws(PostgresError) -> [(String, String)] {
        do {
            var pairs: [(String, String)] = []
            if let file { pairs.append(("password", try Self.firstLine(file))) }
            if let passfile { pairs.append(("passfile", try Passfile.path(for: passfile))) }
            return pairs
        } catch {
            throw PostgresError(kind: .connection, message: "\(error.path): \(error.reason)")
        }
    }

    /// Returns the file's first line, up to a NUL, because libpq would end the password there.
    private static func firstLine(_ path: String) throws(SecretFile.Unreadable) -> String {
        String(decoding: try SecretFile.bytes(path).prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0 }, as: UTF8.self)
    }
}
