/// Credentials which systemd hands over to the service (`LoadCredential=`): files readable only by the service. The
/// address and the collector's headers become values like any other. For passwords only the paths are kept, because only libpq needs the
/// content.
extension Settings {
    mutating func takeCredentials(_ environment: [String: String]) {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return }
        takeSecret(\.postgres.url, directory, "postgres-url")
        takeSecret(\.postgres.readURL, directory, "postgres-read-url")
        takeSecret(\.traces.headers, directory, "otlp-headers")
        takePath(\.postgres.passwordFile, directory, "postgres-password")
        takePath(\.postgres.passfile, directory, "postgres-passfile")
        takePath(\.http.tlsKey, directory, "http-tls-key")
        takePath(\.http.tokensFile, directory, "http-tokens")
    }

    private mutating func takeSecret(
        _ key: KeyPath<ConfigurationKeys, Key<Secret>>, _ directory: String, _ name: String
    ) {
        do {
            let bytes = try FileReading.bytes(of: "\(directory)/\(name)")
            // Editors end a file with a line end, which is no part of the value.
            let text = String(decoding: bytes, as: UTF8.self).withoutBlanks
            set(key, Secret(text), from: .credential(name))
        } catch {
            guard !error.isMissing else { return }
            refuse(key, .credential(name), "can't be read: \(error.reason)")
        }
    }

    private mutating func takePath(
        _ key: KeyPath<ConfigurationKeys, Key<String>>, _ directory: String, _ name: String
    ) {
        let path = "\(directory)/\(name)"
        guard FileReading.exists(path) else { return }
        set(key, path, from: .credential(name))
    }
}

extension FileReading {
    fileprivate static func exists(_ path: String) -> Bool {
        do {
            _ = try bytes(of: path)  // ignored: only the presence of the file matters
            return true
        } catch {
            return !error.isMissing
        }
    }
}
