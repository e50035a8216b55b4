/// `ByteText` writes numbers of bytes for people: `712 KiB`, `5.6 GiB`.
enum ByteText {
    private static let units = ["KiB", "MiB", "GiB", "TiB"]

    /// Returns the number in the largest unit of which there is at least a whole one; with a decimal below ten, because
    /// 1.9 GiB is no 1 GiB.
    static func of(_ bytes: Int) -> String {
        var (size, unit) = (Double(max(bytes, 0)) / 1024, 0)
        while size >= 1024, unit < units.count - 1 { (size, unit) = (size / 1024, unit + 1) }
        let tenths = (size * 10).rounded()
        let number = unit == 0 || tenths >= 100 ? "\(Int(size.rounded()))" : "\(tenths / 10)"
        return "\(number) \(units[unit])"
    }
}
