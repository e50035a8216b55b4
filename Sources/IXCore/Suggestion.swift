/// The names that a mistyped one may stand for.
package enum Suggestion {
    /// The nearest of `names`, nil when none is near: one slip in a short name, up to three in a long one.
    package static func nearest(to name: String, among names: [String]) -> String? {
        let limit = min(max(name.count / 3, 1), 3)
        let ranked = names.map { (name: $0, distance: distance(name, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
        return best.name
    }

    /// `what`, with the suggestion behind it when there is one.
    package static func reason(_ what: String, _ suggestion: String?) -> String {
        suggestion.map { "\(what); did you mean \($0)?" } ?? what
    }

    /// Letters to insert, drop, replace or swap with their neighbour on the way from `left` to `right`.
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
