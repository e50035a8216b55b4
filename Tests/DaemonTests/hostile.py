#!/usr/bin/env python3
"""A world of its own, inside a network namespace where every address is this host's: a name server on 127.0.0.1:53 whose
names lead where they shouldn't, and a canary on the ports a callback may go to, at every address.

Prints `ready`, then a line for each connection: the address that was connected to. The canary answers nothing.
"""
import os
import select
import socket
import struct
import threading

PUBLIC, PUBLIC6 = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
# A list per name: each answer in turn, the last one for ever.
NAMES = {
    "good.test": [[PUBLIC]],
    "good6.test": [[PUBLIC6]],
    "local.test": [["127.0.0.1"]],
    "rebind.test": [[PUBLIC], ["127.0.0.1"]],
    "mixed.test": [[PUBLIC, "127.0.0.1"]],
    "mixed-order.test": [["10.0.0.1", PUBLIC]],
    "mixed6.test": [[PUBLIC, "::1"]],
    "only6.test": [["::1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "mapped-metadata.test": [["::ffff:169.254.169.254"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "sixtofour.test": [["2002:7f00:1::1"]],
    "metadata.test": [["169.254.169.254"]],
    "zero.test": [["0.0.0.0"]],
    "ula.test": [["fd00::1"]],
    "chain.test": "local.test",
    "chain2.test": "chain.test",
    "chain-metadata.test": "metadata.test",
}
asked = {}


def answers(name):
    """Records of the name: CNAMEs on the way and the addresses of this time."""
    records = []
    while isinstance(NAMES.get(name), str):
        records.append((name, 5, encoded(NAMES[name])))
        name = NAMES[name]
    turns = NAMES.get(name, [[]])
    turn = asked.get(name, 0)
    for address in turns[min(turn // 2, len(turns) - 1)]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        records.append((name, 28 if ":" in address else 1, socket.inet_pton(family, address)))
    # A and AAAA are asked for together: both belong to one turn.
    asked[name] = turn + 1
    return records


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def serve_names():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        query, sender = server.recvfrom(4096)
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        name, kind = ".".join(labels).lower(), struct.unpack(">H", query[at + 1:at + 3])[0]
        records = [one for one in answers(name) if one[1] in (kind, 5)]
        head = query[:2] + struct.pack(">HHHHH", 0x8580 if name in NAMES else 0x8583, 1, len(records), 0, 0)
        body = b"".join(encoded(owner) + struct.pack(">HHIH", rtype, 1, 0, len(data)) + data
                        for owner, rtype, data in records)
        server.sendto(head + query[12:at + 5] + body, sender)


def main():
    threading.Thread(target=serve_names, daemon=True).start()
    canaries = []
    for port in (80, 443, 8080, 8443):
        canary = socket.socket(socket.AF_INET6)
        canary.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        canary.bind(("::", port))
        canary.listen(256)
        canaries.append(canary)
    os.write(1, b"canary ready\n")
    while True:
        for canary in select.select(canaries, [], [])[0]:
            connection, _ = canary.accept()
            os.write(1, b"connected %s\n" % connection.getsockname()[0].encode())
            connection.close()


main()
