/// The members of all objects being written, with the names that decide their order.
struct JSONOpenMembers {
    struct Member {
        /// Range of the unescaped name in `names`.
        let name: Range<Int>
        /// Range of the whole member in the written text.
        let text: Range<Int>
    }

    /// The beginning of an object's own members.
    struct Mark {
        fileprivate let member: Int
        fileprivate let name: Int
    }

    private var members: [Member] = []
    /// The unescaped names, back to back. A caller that appends a further string as scratch space must remove the
    /// string again.
    var names: [UInt8] = []

    var mark: Mark { Mark(member: members.count, name: names.count) }

    mutating func append(name: Range<Int>, text: Range<Int>) { members.append(Member(name: name, text: text)) }

    /// Ends the object that began at `mark`, and removes its members.
    mutating func close(_ mark: Mark) {
        members.removeLast(members.count - mark.member)
        names.removeLast(names.count - mark.name)
    }

    /// Returns the members since `mark` in order, the last of equal names; nil when the members came in order already.
    func reordered(since mark: Mark) -> [Member]? {
        let came = members[mark.member...]
        guard !zip(came, came.dropFirst()).allSatisfy({ compare($0, $1) < 0 }) else { return nil }
        var sorted = came.sorted {
            let difference = compare($0, $1)
            return difference == 0 ? $0.text.lowerBound > $1.text.lowerBound : difference < 0
        }
        var kept = 1
        for index in 1..<sorted.count where compare(sorted[kept - 1], sorted[index]) != 0 {
            sorted[kept] = sorted[index]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// Returns a negative number when `left`'s name is shorter than `right`'s or, at equal length, less bytewise; 0 for
    /// equal names.
    private func compare(_ left: Member, _ right: Member) -> Int {
        guard left.name.count == right.name.count else { return left.name.count - right.name.count }
        for (one, other) in zip(left.name, right.name) where names[one] != names[other] {
            return Int(names[one]) - Int(names[other])
        }
        return 0
    }
}
