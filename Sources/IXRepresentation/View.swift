import IXCore

/// The part of a job that its reader may see.
package struct View: Sendable, Equatable {
    /// False when requests, responses, logs, messages and callback answers are hidden.
    package let showsDocuments: Bool
    /// Members of documents to be blanked.
    package let mask: Mask

    /// The view of an operator, and of `ixctl`.
    package static let complete = View(showsDocuments: true, mask: Mask([]))

    /// Creates a view.
    package init(showsDocuments: Bool, mask: Mask) {
        self.showsDocuments = showsDocuments
        self.mask = mask
    }

    /// Returns a text of a run, such as an error message; nil where documents are hidden.
    func message(_ text: String?) -> String? { showsDocuments ? text : nil }

    /// Returns the message of a job's error, which is a member of its response; nil where documents or the member are
    /// hidden.
    func errorMessage(_ text: String?) -> String? { mask.hides(["error", "message"]) ? nil : message(text) }
}

/// The members of documents that only operators may read, such as `context.iban`.
///
/// A path names members of nested objects. A step into an array applies to each element.
package struct Mask: Sendable, Equatable {
    /// The value in place of a masked member.
    package static let replacement = "\"***\""

    private let paths: [[String]]

    /// Creates a mask of these paths; dots separate the names of a path.
    package init(_ paths: [String]) {
        self.paths = paths.map { $0.split(separator: ".").map(String.init) }.filter { !$0.isEmpty }
    }

    /// True for a member that the mask blanks, by itself or with an object around it.
    func hides(_ path: [String]) -> Bool { paths.contains { path.starts(with: $0) } }

    /// Returns the document with masked members; an unchanged text when no path applies. A text of other code that is
    /// no object becomes the replacement, because its members can't be told apart.
    package func applied(to text: String) -> String {
        guard !paths.isEmpty else { return text }
        // ignored: a text that can't be read is hidden whole
        guard
            let document = try? JSONDocument(
                text.utf8, field: "document", limit: Limits.responseBytes * 2, nesting: Limits.nesting * 2)
        else { return Self.replacement }
        return Self.masked(document, paths) ?? text
    }

    /// Returns the object's text with masked members; nil when no path applies.
    private static func masked(_ object: JSONDocument, _ paths: [[String]]) -> String? {
        let firsts = Set(paths.compactMap(\.first))
        guard !firsts.isDisjoint(with: object.names) else { return nil }
        return JSONPairs(
            object.names.compactMap { name in
                guard let value = object[name] else { return nil }
                let rest = paths.filter { $0.first == name }.map { Array($0.dropFirst()) }
                return (name, masked(value, rest))
            }
        ).text
    }

    private static func masked(_ value: JSONFragment, _ paths: [[String]]) -> String {
        if paths.contains(where: \.isEmpty) { return replacement }
        if paths.isEmpty { return value.text }
        if let object = value.object { return masked(object, paths) ?? value.text }
        if let elements = value.elements {
            return "[" + elements.map { masked($0, paths) }.joined(separator: ",") + "]"
        }
        return value.text
    }
}
