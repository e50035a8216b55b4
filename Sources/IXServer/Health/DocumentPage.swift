import COpenAPI
import IXCore

/// The API document as a page for people. The server writes the whole page: no script, no other file, no foreign host.
enum DocumentPage {
    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
        code,h3{font-family:ui-monospace,monospace}h3{margin:2rem 0 .3rem;border-top:1px solid #ccc;padding-top:1rem}
        table{border-collapse:collapse;margin:.5rem 0}td,th{text-align:left;vertical-align:top;padding:.15rem 1rem .15rem 0}
        nav ul{columns:2;list-style:none;padding:0}a{color:#0645ad}
        @media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}a{color:#8ab4f8}h3{border-color:#444}}
        """

    /// Returns the page. The policy lets the browser use the page's own style and nothing else.
    static func answer() throws -> Answer {
        let document = try JSONDocument(
            String(cString: ix_openapi()).utf8, field: "document", limit: 4 << 20, nesting: Limits.nesting)
        let nonce = String(KernelRandom.word(), radix: 16) + String(KernelRandom.word(), radix: 16)
        let policy =
            "default-src 'none'; style-src 'nonce-\(nonce)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return Answer(
            status: 200, headers: [("content-security-policy", policy)],
            body: .text(html(document, nonce), type: "text/html; charset=utf-8"))
    }

    private static func html(_ document: JSONDocument, _ nonce: String) -> String {
        let info = document["info"]?.object
        let title = escaped(info?["title"]?.string ?? "API")
        let operations = operations(of: document)
        let schemas = document["components"]?.object?["schemas"]?.object
        let links = operations.map { "<li><a href=\"#\(escaped($0.id))\"><code>\($0.title)</code></a></li>" }
        let forms = (schemas?.names ?? []).compactMap { name in schemas?[name]?.object.map { schema(name, $0) } }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(title): API</title>
            <meta name="viewport" content="width=device-width"><style nonce="\(nonce)">\(style)</style></head><body>
            <h1>\(title)</h1><p>\(escaped(info?["description"]?.string))</p>
            <nav><ul>\(links.joined())</ul></nav>
            <h2>Operations</h2>\(operations.map(\.html).joined())<h2>Objects</h2>\(forms.joined())</body></html>

            """
    }

    private static func operations(of document: JSONDocument) -> [(id: String, title: String, html: String)] {
        let paths = document["paths"]?.object
        return (paths?.names ?? []).flatMap { path -> [(id: String, title: String, html: String)] in
            let methods = paths?[path]?.object
            return (methods?.names ?? []).compactMap { method in
                guard let operation = methods?[method]?.object else { return nil }
                let id = operation["operationId"]?.string ?? ""
                let title = escaped("\(method.uppercased()) \(path)")
                return (id, title, section(id, title, operation))
            }
        }
    }

    private static func section(_ id: String, _ title: String, _ operation: JSONDocument) -> String {
        let parameters = (operation["parameters"]?.elements ?? []).compactMap(\.object).map { one in
            let isNeeded = one["required"]?.text == "true"
            return row([
                code(one["name"]?.string), escaped(one["in"]?.string) + (isNeeded ? ", required" : ""),
                type(one["schema"]?.object), escaped(one["description"]?.string),
            ])
        }
        let body = operation["requestBody"]?.object?["content"]?.object
        let bodies = (body?.names ?? []).map { media in
            row([escaped(media), type(body?[media]?.object?["schema"]?.object)])
        }
        let responses = operation["responses"]?.object
        let answers = (responses?.names ?? []).compactMap { status in
            responses?[status]?.object.map { answer(status, $0) }
        }
        return "<h3 id=\"\(escaped(id))\">\(title)</h3><p>\(escaped(operation["summary"]?.string))</p>"
            + "<p>\(escaped(operation["description"]?.string))</p>" + table("Parameters", parameters)
            + table("Body", bodies) + table("Answers", answers)
    }

    private static func answer(_ status: String, _ response: JSONDocument) -> String {
        let content = response["content"]?.object
        let forms = (content?.names ?? []).map { media in
            "\(escaped(media)) \(type(content?[media]?.object?["schema"]?.object))"
        }
        let shared = response["$ref"]?.string == nil ? "" : "application/problem+json <a href=\"#Problem\">Problem</a>"
        return row([code(status), escaped(response["description"]?.string), forms.joined(separator: "<br>") + shared])
    }

    private static func schema(_ name: String, _ schema: JSONDocument) -> String {
        let members = schema["properties"]?.object
        let needed = Set((schema["required"]?.elements ?? []).compactMap(\.string))
        let rows = (members?.names ?? []).map { member in
            let value = members?[member]?.object
            return row([
                code(member), type(value) + (needed.contains(member) ? "" : ", optional"),
                escaped(value?["description"]?.string),
            ])
        }
        return "<h3 id=\"\(escaped(name))\">\(escaped(name))</h3>" + table("Members", rows)
    }

    /// Returns a schema in a few words, with links to named objects.
    private static func type(_ schema: JSONDocument?) -> String {
        guard let schema else { return "" }
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            return "<a href=\"#\(escaped(String(name)))\">\(escaped(String(name)))</a>"
        }
        if let words = schema["enum"]?.elements {
            return words.map { code($0.string ?? $0.text) }.joined(separator: " ")
        }
        let names = schema["type"]?.elements?.compactMap(\.string) ?? [schema["type"]?.string ?? "any"]
        let items = schema["items"]?.object.map { " of \(type($0))" } ?? ""
        let format = schema["format"]?.string.map { " (\($0))" } ?? ""
        return escaped(names.joined(separator: " or ") + format) + items
    }

    private static func table(_ title: String, _ rows: [String]) -> String {
        rows.isEmpty ? "" : "<table><caption>\(title)</caption>\(rows.joined())</table>"
    }

    private static func row(_ cells: [String]) -> String {
        "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }

    private static func code(_ text: String?) -> String { "<code>\(escaped(text))</code>" }

    private static func escaped(_ text: String?) -> String {
        (text ?? "").replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
