/// What systemd hands over to the service (`LoadCredential=`): files that only it can read. The address's text is a value like
/// any other; of the others only where they lie is kept, since nobody but libpq needs to know what stands in them.
extension Settings {
    mutating func takeCredentials(_ environment: [String: String]) {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return }
        takeAddress(directory, "postgres-url")
        takePath("postgres.password_file", directory, "postgres-password")
        takePath("postgres.passfile", directory, "postgres-passfile")
    }

    private mutating func takeAddress(_ directory: String, _ name: String) {
        do {
            let bytes = try FileReading.bytes(of: "\(directory)/\(name)")
            // Editors end a file with a line end, which is no part of the address.
            let text = String(decoding: bytes, as: UTF8.self).withoutBlanks
            set("postgres.url", .secret(Secret(text)), from: .credential(name))
        } catch {
            guard !error.isMissing else { return }
            refuse("postgres.url", .credential(name), "can't be read: \(error.reason)")
        }
    }

    private mutating func takePath(_ key: String, _ directory: String, _ name: String) {
        let path = "\(directory)/\(name)"
        guard FileReading.exists(path) else { return }
        set(key, .text(path), from: .credential(name))
    }
}

extension FileReading {
    fileprivate static func exists(_ path: String) -> Bool {
        do {
            _ = try bytes(of: path)  // ignored: only whether it is there counts
            return true
        } catch {
            return !error.isMissing
        }
    }
}
