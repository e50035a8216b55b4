import Glibc
import IXConcurrency
import Testing

@Suite(.timeLimit(.minutes(1))) struct FailpointTests {
    @Test func `a point does nothing unless a test names a file or a pipe`() {
        var subjects = 0
        func subject() -> String {
            subjects += 1
            return ""
        }
        for point in Failpoint.allCases { point.reach(subject()) }
        #expect(subjects == 0)
        #expect(Set(Failpoint.allCases.map(\.rawValue)).count == Failpoint.allCases.count)
    }

    #if DEBUG
        @Test func `the point that the file names kills the process, once, and no other point does`() async {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                var name = Array("/tmp/ix-failpoint-XXXXXX".utf8CString)
                let file = mkstemp(&name)
                let text = Failpoint.callbackSent.rawValue
                guard file >= 0, write(file, text, text.utf8.count) == text.utf8.count else { return }
                setenv("IX_TEST_FAILPOINT_FILE", name, 1)
                Failpoint.endUnwritten.reach()
                guard access(name, F_OK) == 0 else { return }
                Failpoint.callbackSent.reach()
            }
        }

        @Test func `each point is told by the pipe with its subject, in order`() async {
            await #expect(processExitsWith: .success) {
                var name = Array("/tmp/ix-points-XXXXXX".utf8CString)
                guard mkdtemp(&name) != nil else { exit(1) }
                let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/pipe"
                guard mkfifo(path, 0o600) == 0 else { exit(2) }
                setenv("IX_TEST_FAILPOINT_PIPE", path, 1)
                Failpoint.claimed.reach("without a reader")
                let pipe = open(path, O_RDONLY | O_NONBLOCK)
                Failpoint.claimed.reach("a")
                Failpoint.draining.reach()
                var bytes = [UInt8](repeating: 0, count: 64)
                let count = read(pipe, &bytes, bytes.count)
                unlink(path)
                rmdir(name)
                exit(String(decoding: bytes[..<max(count, 0)], as: UTF8.self) == "claimed a\ndraining \n" ? 0 : 3)
            }
        }
    #endif
}
