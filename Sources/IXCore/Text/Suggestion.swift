/// Suggestions for mistyped names.
package enum Suggestion {
    /// Returns the nearest of `names`, or nil when none is near: within 1 slip for a short name, up to 3 for a long
    /// one. A name without its last word, such as a unit, is near to the one name that begins so.
    package static func nearest(to name: String, among names: [String]) -> String? {
        let limit = min(max(name.count / 3, 1), 3)
        let ranked = names.map { (name: $0, distance: distance(name, $0)) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit { return best.name }
        let longer = names.filter { $0.lowercased().hasPrefix(name.lowercased() + "_") }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Returns the text `what`, followed by the suggestion if `suggestion` is not nil.
    package static func reason(_ what: String, _ suggestion: String?) -> String {
        suggestion.map { "\(what); did you mean \($0)?" } ?? what
    }

    /// Returns the number of letters to insert, drop, replace or swap with a neighbour to turn `left` into `right`,
    /// ignoring case.
    package static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let same = left[i] == right[j]
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (same ? 0 : 1))
                let swapped = i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j]
                if swapped { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
