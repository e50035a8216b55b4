/// A table with headings. Columns are as wide as their content, or narrower to fit a terminal.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        let heading: String
        var alignment = Alignment.left
        /// Minimum width in cells after cutting; nil for a column which is never cut.
        var least: Int?
        /// Colours a fitted cell; nil for plain text.
        var paint: (@Sendable (String) -> String)?
    }

    let columns: [Column]
    private(set) var rows: [[ScreenText]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [String?]) { rows.append(cells.map { ScreenText($0 ?? "") }) }

    /// Returns the lines, none wider than `limit` cells. The rightmost columns are cut first.
    func lines(fitting limit: Int?, heading: Bool = true) -> [String] {
        let widths = widths(fitting: limit)
        let head = heading ? [columns.map { ScreenText($0.heading) }] : []
        return (head + rows).map { line($0, widths, limit) }
    }

    private func widths(fitting limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            max(columns[index].heading.count, rows.map { $0[index].width }.max() ?? 0)
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - limit
        for index in columns.indices.reversed() where excess > 0 {
            guard let least = columns[index].least else { continue }
            let cut = min(excess, max(0, widths[index] - least))
            widths[index] -= cut
            excess -= cut
        }
        return widths
    }

    private func line(_ cells: [ScreenText], _ widths: [Int], _ limit: Int?) -> String {
        let fitted = columns.indices.map { index in
            columns[index].alignment == .left
                ? cells[index].fitted(to: widths[index])
                : String(repeating: " ", count: max(0, widths[index] - cells[index].width))
                    + cells[index].shortened(to: widths[index]).text
        }
        let whole = fitted.joined(separator: "  ")
        let text = String(whole.reversed().drop { $0 == " " }.reversed())
        if let limit, ScreenText(text).width > limit { return ScreenText(text).shortened(to: limit).text }
        guard columns.contains(where: { $0.paint != nil }) else { return text }
        // Colours come last, because they count for the width of no cell.
        let painted = columns.indices.map { columns[$0].paint?(fitted[$0]) ?? fitted[$0] }.joined(separator: "  ")
        return String(painted.reversed().drop { $0 == " " }.reversed())
    }
}
