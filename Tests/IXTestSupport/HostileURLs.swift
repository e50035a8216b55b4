/// Callback URLs of an attacker. The attacker wants a connection to the daemon's host, to its neighbours or to the
/// cloud's metadata service.
package enum HostileURLs {
    /// URLs which the parser must refuse.
    package static let malformed = [
        "", "http", "http:", "http:/", "http://", "https://", "//example.com/", "/path", "example.com",
        "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "unix:///run/x.sock",
        "javascript:alert(1)", "data:text/plain,x", "ws://example.com/", "http+unix://%2Frun%2Fx/",
        "http:///example.com", "http:\\\\example.com", "http://example.com\\@127.0.0.1/",
        "http://127.0.0.1\\.example.com/",
        "http://user@example.com/", "http://user:pass@example.com/", "http://@127.0.0.1/", "http://:@127.0.0.1/",
        "http://example.com@127.0.0.1/", "http://example.com%40127.0.0.1/", "http://127.0.0.1#@example.com/",
        "http://example.com/#fragment", "http://example.com#@127.0.0.1/", "http://example.com?@127.0.0.1/#",
        "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://017700000001/",
        "http://127.1/", "http://127.0.1/", "http://0/", "http://00000000.0.0.1/", "http://127.0.0.01/",
        "http://127.0.0.1./", "http://0xA9FEA9FE/", "http://2852039166/", "http://169.254.43518/", "http://1.2.3.4.5/",
        "http://256.0.0.1/", "http://1.2.3.4.0x5/", "http://example.0x1/", "http://127.0.0.1.1/",
        "http://[::1", "http://::1/", "http://[::1]x/", "http://[]/", "http://[127.0.0.1]/", "http://[::ffff:127.0.0.1",
        "http://[fe80::1%25lo]/", "http://[fe80::1%lo]/", "http://[::g]/", "http://[1:2:3]/",
        "http://[::1].example.com/",
        "http://example.com:/", "http://example.com:0/", "http://example.com:65536/", "http://example.com:80x/",
        "http://example.com:-1/", "http://example.com:+80/", "http://example.com:0x50/", "http://example.com:80:80/",
        "http://example..com/", "http://.example.com/", "http://exa mple.com/", "http://example.com/a b",
        "http://example.com/\r\nHost: x", "http://example.com/\n", "http://example.com/\u{0}", "http://example.com/\t",
        "http://①②⑦.⓪.⓪.①/", "http://ｅｘａｍｐｌｅ.com/", "http://127。0。0。1/", "http://exämple.com/", "http://example.com/ü",
        "http://ex%61mple.com/", "http://%31%32%37.0.0.1/", "http://example.com;127.0.0.1/", "http://a,b/",
        "http://a&b/",
        "http://*/", "http://$host/", "http://`id`/", "http://(x)/", " http://example.com/", "http ://example.com/",
    ]

    /// Well formed URLs to targets refused under every policy.
    package static let refusedAlways = [
        "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://[fd00:ec2::254]/",
        "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://[::169.254.169.254]/",
        "http://[64:ff9b::169.254.169.254]/", "http://[2002:a9fe:a9fe::]/", "http://0.0.0.0/", "http://[::]/",
        "http://[::ffff:0.0.0.0]/", "http://[fe80::1]/", "http://[fec0::1]/", "http://224.0.0.1/", "http://[ff02::1]/",
        "http://255.255.255.255/", "http://240.0.0.1/", "http://100.100.100.200/", "http://168.63.129.16/",
    ]

    /// Well formed URLs to the daemon's host or its neighbours, refused by the strict policy.
    package static let refusedStrictly = [
        "https://127.0.0.1/", "https://127.255.255.254/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:7f00:1]/", "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001::1]/", "https://10.0.0.1/",
        "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://100.64.0.1/",
        "https://198.18.0.1/", "https://192.0.2.1/", "https://203.0.113.1/", "https://[fc00::1]/", "https://[fd12::1]/",
        "https://[2001:db8::1]/", "https://[3fff::1]/", "https://[5f00::1]/", "https://[100::1]/",
        "https://[64:ff9b:1::1]/", "https://192.88.99.1/", "https://localhost/", "https://ip6-localhost/",
    ]
}
