import IXCore
import IXStore

/// Values from the command line for fields which a line of the load leaves out.
struct BulkDefaults: Sendable {
    var useCase: String?
    var clientID: String
    var callbackURL: String?
    var runAt: String?
    var maxAttempts: Int
    var expiresAt: String?
}

/// One line of a load: a JSON object. The line holds the request either under `request` or as its own fields.
struct BulkLine {
    private static let options: Set<String> = ["callback_url", "run_at", "max_attempts", "expires_at"]
    private static let keys: Set<String> = ["use_case", "ix_client_id", "request_id"]

    private let document: JSONDocument
    private let fields: JSONDocument
    private let bytes: [UInt8]
    private let number: Int

    init(_ bytes: [UInt8], number: Int) throws(InvalidInput) {
        document = try Self.document(bytes)
        fields = try Self.fields(of: document)
        self.bytes = bytes
        self.number = number
    }

    /// Returns the job to insert. Throws `InvalidInput` with the name of the field when the line can't be taken.
    func insertion(_ defaults: BulkDefaults) throws(InvalidInput) -> NewJob {
        guard let useCase = try key("use_case") ?? defaults.useCase else {
            throw InvalidInput("use_case", "is missing, in the line and on the command line")
        }
        let request = try RequestIX(
            useCase: useCase, clientID: try key("ix_client_id") ?? defaults.clientID,
            requestID: try key("request_id") ?? derivedID, fields: fields)
        return try NewJob(
            request, callbackURL: try document.text("callback_url") ?? defaults.callbackURL,
            runAt: try document.text("run_at") ?? defaults.runAt,
            maxAttempts: try document.integer("max_attempts") ?? defaults.maxAttempts,
            expiresAt: try document.text("expires_at") ?? defaults.expiresAt)
    }

    /// The request id for a line without `request_id`: line number and hash of the line's bytes. Loading an unchanged
    /// file again therefore finds the existing jobs.
    private var derivedID: String { "line-\(number)-\(ContentHash(bytes).text)" }

    /// A request may be as deep as at any door, and stand a level down. What no store can keep is the request's fault.
    private static func document(_ bytes: [UInt8]) throws(InvalidInput) -> JSONDocument {
        do throws(InvalidInput) {
            return try JSONDocument(bytes, field: "line", limit: InputLines.limit, nesting: Limits.nesting * 2)
        } catch {
            throw InvalidInput(error.reason.hasPrefix("holds ") ? "request" : "line", error.reason)
        }
    }

    private static func fields(of document: JSONDocument) throws(InvalidInput) -> JSONDocument {
        guard let request = document["request"] else {
            return try JSONDocument(
                document.without(options).text.utf8, field: "request", limit: Limits.requestBytes)
        }
        let others = document.names.filter { $0 != "request" && !options.contains($0) && !keys.contains($0) }
        if let other = others.first { throw InvalidInput(other, "must be inside \"request\", not beside it") }
        return try JSONDocument(request.text.utf8, field: "request", limit: Limits.requestBytes)
    }

    /// Returns a key from beside `request` or from inside `request`. Two different values are an error.
    private func key(_ name: String) throws(InvalidInput) -> String? {
        do throws(InvalidInput) {
            let outer = try document.text(name)
            let inner = try fields.text(name)
            if let outer, let inner, outer != inner {
                throw InvalidInput(name, "differs from the one inside \"request\"")
            }
            return outer ?? inner
        } catch {
            // The message names the field by the name of its column.
            throw InvalidInput(name == "ix_client_id" ? "client_id" : name, error.reason)
        }
    }
}

/// 128 bits of FNV-1a. The hash distinguishes contents; it isn't cryptographic and must not protect secrets.
struct ContentHash: Equatable {
    private let value: UInt128

    init(_ bytes: some Sequence<UInt8>) {
        let prime = UInt128(1) << 88 + 0x13B
        value = bytes.reduce(UInt128(0x6c62_272e_07bb_0142) << 64 + 0x62b8_2175_6295_c58d) {
            ($0 ^ UInt128($1)) &* prime
        }
    }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
