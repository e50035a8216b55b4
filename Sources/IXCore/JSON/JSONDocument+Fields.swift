package import FoundationEssentials

/// Typed members of a document: each function returns nil for a missing or null member and throws for a wrong type.
extension JSONDocument {
    package func text(_ name: String) throws(InvalidInput) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.string else { throw InvalidInput(name, "is not a string") }
        return text
    }

    package func integer(_ name: String) throws(InvalidInput) -> Int? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let number = Int(value.text) else { throw InvalidInput(name, "is not a whole number") }
        return number
    }

    package func number(_ name: String) throws(InvalidInput) -> Double? {
        guard let value = self[name], !value.isNull else { return nil }
        guard value.string == nil, let number = Double(value.text) else { throw InvalidInput(name, "is not a number") }
        return number
    }

    package func uuid(_ name: String) throws(InvalidInput) -> UUID? {
        guard let text = try text(name) else { return nil }
        guard let id = UUID(uuidString: text) else { throw InvalidInput(name, "is not a UUID") }
        return id
    }

    package func uuids(_ name: String) throws(InvalidInput) -> [UUID]? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let elements = value.elements else { throw InvalidInput(name, "is not a list of UUIDs") }
        return try elements.map { element throws(InvalidInput) in
            guard let id = element.string.flatMap(UUID.init(uuidString:)) else {
                throw InvalidInput(name, "is not a list of UUIDs")
            }
            return id
        }
    }

    /// Returns `value`. Throws `InvalidInput` naming `name` when `value` is nil.
    package func required<Value>(_ name: String, _ value: Value?) throws(InvalidInput) -> Value {
        guard let value else { throw InvalidInput(name, "is missing") }
        return value
    }
}
