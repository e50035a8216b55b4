/// The members of the objects that are being written, with the names they are ordered by.
struct JSONOpenMembers {
    struct Member {
        /// The unescaped name's place in `names`.
        let name: Range<Int>
        /// The place of the whole member as it was written.
        let text: Range<Int>
    }

    /// Where an object's own members begin.
    struct Mark {
        fileprivate let member: Int
        fileprivate let name: Int
    }

    private var members: [Member] = []
    /// The unescaped names, one after the other; whoever puts another string at the end takes it away again.
    var names: [UInt8] = []

    var mark: Mark { Mark(member: members.count, name: names.count) }

    mutating func append(name: Range<Int>, text: Range<Int>) { members.append(Member(name: name, text: text)) }

    /// Ends the object that began at `mark`.
    mutating func close(_ mark: Mark) {
        members.removeLast(members.count - mark.member)
        names.removeLast(names.count - mark.name)
    }

    /// The members since `mark` in order, of equal names the last; nil when they came that way.
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

    /// Below zero when `left`'s name is shorter than `right`'s or, of one length, less bytewise; zero for equal names.
    private func compare(_ left: Member, _ right: Member) -> Int {
        guard left.name.count == right.name.count else { return left.name.count - right.name.count }
        for (one, other) in zip(left.name, right.name) where names[one] != names[other] {
            return Int(names[one]) - Int(names[other])
        }
        return 0
    }
}
