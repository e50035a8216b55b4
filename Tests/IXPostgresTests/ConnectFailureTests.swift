import Testing

@testable import IXPostgres

/// What libpq says of a connection, verbosely, and what is made of it.
@Suite struct ConnectFailureTests {
    private let local = #"connection to server at "127.0.0.1", port 5432 failed: "#

    @Test func `the server's code is taken out of its words`() {
        let failure = ConnectFailure(
            local + "FATAL:  28P01: password authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:335\n"
        )
        #expect(failure.sqlState == "28P01")
        #expect(failure.message == local + "FATAL:  password authentication failed for user \"x\"")
    }

    @Test func `the words may be of any language`() {
        let failure = ConnectFailure(local + "FATAL:  3D000: Datenbank »x« existiert nicht\n")
        #expect(failure.sqlState == "3D000")
        #expect(failure.message == local + "FATAL:  Datenbank »x« existiert nicht")
    }

    @Test func `of several hosts all have to say the same`() {
        let refused = local + "FATAL:  28000: no role\n"
        #expect(ConnectFailure(refused + refused).sqlState == "28000")
        #expect(ConnectFailure(refused + local + "Connection refused\n").sqlState == "")
        #expect(ConnectFailure(refused + local + "FATAL:  57P03: starting up\n").sqlState == "")
    }

    @Test func `a password that is missing is a wrong one`() {
        #expect(ConnectFailure(local + "fe_sendauth: no password supplied\n").sqlState == "28P01")
    }

    @Test func `what has no code has none`() {
        #expect(ConnectFailure(local + "timeout expired").sqlState == "")
        #expect(ConnectFailure("").sqlState == "")
        #expect(ConnectFailure("could not translate host name \"A:  ABCDE: x\"").message.contains("x"))
    }
}
