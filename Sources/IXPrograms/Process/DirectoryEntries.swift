internal import Glibc
internal import IXPipelines

/// `DirectoryEntries` lists the names in a directory, without `.` and `..`.
enum DirectoryEntries {
    /// Calls `body` with each name, then closes `descriptor`.
    static func forEach(in descriptor: Int32, _ body: (UnsafePointer<CChar>) -> Void) {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { name in
                    if strcmp(name, ".") != 0, strcmp(name, "..") != 0 { body(name) }
                }
            }
        }
    }

    /// Opens the directory `name` below `parent` without following links; -1 on failure.
    static func open(_ name: UnsafePointer<CChar>, below parent: Int32 = AT_FDCWD) -> Int32 {
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
}
