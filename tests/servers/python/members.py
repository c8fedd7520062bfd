"""Three members of a SO_REUSEPORT group, of which one gets nearly everything.

Two of them close what the kernel hands them, as a worker does that thinks itself full; the
clients, which are here too, try until the first has 120 of the 130 files it may open.
"""

import os
import resource
import signal
import socket

ALL = 120
FILES = 130


def listener(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(512)
    return sock


def member(sock, keeps):
    held = []
    if keeps:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    while len(held) < keeps or keeps == 0:
        conn, _ = sock.accept()
        if keeps:
            conn.sendall(b"x")
            held.append(conn)
        else:
            conn.close()
    signal.pause()


def main():
    first = listener(0)
    port = first.getsockname()[1]
    socks = [first, listener(port), listener(port)]
    for number, sock in enumerate(socks):
        if os.fork() == 0:
            for other in socks:
                if other is not sock:
                    other.close()
            member(sock, ALL if number == 0 else 0)
    for sock in socks:
        sock.close()
    print(f"127.0.0.1:{port}", flush=True)
    held = []
    while len(held) < ALL:
        conn = socket.create_connection(("127.0.0.1", port))
        if conn.recv(1):
            held.append(conn)
        else:
            conn.close()
    signal.pause()


if __name__ == "__main__":
    main()
