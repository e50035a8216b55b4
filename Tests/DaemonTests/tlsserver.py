"""An https receiver: `tlsserver.py CERTIFICATE KEY [1.1]` prints its port, then a line for each POST it got whole."""
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
if len(sys.argv) > 3:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
listening = socket.create_server(("127.0.0.1", 0), backlog=16)
print("port", listening.getsockname()[1], flush=True)
while True:
    connection, _ = listening.accept()
    connection.settimeout(10)
    try:
        stream = context.wrap_socket(connection, server_side=True)
        text = b""
        while b"\r\n\r\n" not in text or not text.endswith(b"}"):
            part = stream.recv(65536)
            if not part:
                break
            text += part
        if text:
            print("got", len(text), flush=True)
            stream.sendall(b"HTTP/1.1 204 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        stream.close()
    except OSError as error:
        print("refused", error, flush=True)
