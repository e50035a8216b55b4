/// `Sentence` is the readable form of an event: a text with the names of fields in braces, such as
/// `job {job_id}[ ({use_case})] done`.
///
/// A part in brackets is left out when the line lacks one of its fields. Ids are cut to their first 8 characters.
struct Sentence: Sendable, Hashable {
    private enum Part: Hashable { case text(String), field(String) }

    private struct Piece: Hashable {
        var parts: [Part] = []
        let isOptional: Bool
    }

    private let pieces: [Piece]
    /// The sentence for the documentation: with the names of all fields and without brackets.
    let template: String
    /// The names of the fields in the sentence.
    let fields: Set<String>

    init(_ template: String) {
        self.template = template.filter { $0 != "[" && $0 != "]" }
        var (pieces, text, fields) = ([Piece(isOptional: false)], "", Set<String>())
        func end(_ part: Part?) {
            if !text.isEmpty { pieces[pieces.count - 1].parts.append(.text(text)) }
            if let part { pieces[pieces.count - 1].parts.append(part) }
            text = ""
        }
        for character in template {
            switch character {
            case "[", "]":
                end(nil)
                pieces.append(Piece(isOptional: character == "["))
            case "{": end(nil)
            case "}":
                fields.insert(text)
                let field = Part.field(text)
                text = ""
                end(field)
            default: text.append(character)
            }
        }
        end(nil)
        (self.pieces, self.fields) = (pieces, fields)
    }

    /// Returns the sentence with the values of a line; nil when a field outside of brackets is missing.
    func text(_ value: (String) -> String?) -> String? {
        var text = ""
        for piece in pieces {
            let parts = piece.parts.map { part in
                switch part {
                case .text(let text): text
                case .field(let name): value(name).map { Self.ids.contains(name) ? String($0.prefix(8)) : $0 }
                }
            }
            if parts.contains(where: { $0 == nil }) {
                guard piece.isOptional else { return nil }
            } else {
                text += parts.compactMap(\.self).joined()
            }
        }
        return text
    }

    /// True when the sentence can't do without the field.
    func requires(_ field: String) -> Bool { pieces.contains { !$0.isOptional && $0.parts.contains(.field(field)) } }

    private static let ids: Set = ["job_id", "daemon"]
}
