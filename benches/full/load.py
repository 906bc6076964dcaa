"""The simplest loader there can be: sends statements that lie ready, and nothing else.

Prepares the rows of the sysbench tables as whole packets of the MySQL protocol, then hands them to
the target over several connections with sendfile(2), so that the loader itself takes next to no
CPU time. The database has to exist; the tables are made here.

usage: load.py ROWS_DIR DATABASE KIND BATCH CONNECTIONS INDEX SESSION
    ROWS_DIR     holds 1.tsv … 4.tsv, the rows of each table
    KIND         insert: INSERT statements of BATCH rows; load: LOAD DATA LOCAL of BATCH rows
    INDEX        before or after: when the secondary indexes are made
    SESSION      a statement for each session, such as SET unique_checks = 0; may be empty
The target is LOAD_HOST, LOAD_PORT, LOAD_USER, LOAD_PASSWORD.

Prints the seconds of loading, of building indexes, of both, the CPU seconds of the loader, and the
number of rows found.
"""

import hashlib
import os
import socket
import struct
import sys
import tempfile
import threading
import time
from itertools import islice

TABLES = range(1, 5)
PACKET_LIMIT = 0xFFFFFF
COLUMNS = (
    "id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '',"
    " pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id)"
)


def packet(payload, number=0):
    """One packet. What is sent here is kept below the size where one payload needs several."""
    if len(payload) >= PACKET_LIMIT:
        raise ValueError("a batch does not fit into a packet: take fewer rows")
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


class Connection:
    """A session with a server that knows mysql_native_password, or needs no password."""

    def __init__(self, database):
        address = os.environ["LOAD_HOST"], int(os.environ["LOAD_PORT"])
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")
        greeting = self.receive()[1]
        at = greeting.index(b"\0", 1) + 1 + 4
        seed = greeting[at : at + 8] + greeting[at + 27 : at + 39]
        # PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_WITH_DB, LOCAL_FILES, LONG_PASSWORD
        flags = 0x200 | 0x8000 | 0x80000 | 0x8 | 0x80 | 0x1
        answer = self.scrambled(seed)
        login = struct.pack("<IIB23x", flags, PACKET_LIMIT, 45)
        login += os.environ["LOAD_USER"].encode() + b"\0" + bytes([len(answer)]) + answer
        login += database.encode() + b"\0" + b"mysql_native_password\0"
        self.socket.sendall(packet(login, 1))
        number, reply = self.receive()
        if reply[:1] == b"\xfe":
            seed = reply[reply.index(b"\0") + 1 :][:20]
            self.socket.sendall(packet(self.scrambled(seed), number + 1))
            number, reply = self.receive()
        self.check(reply)

    @staticmethod
    def scrambled(seed):
        secret = os.environ["LOAD_PASSWORD"].encode()
        if not secret:
            return b""
        once = hashlib.sha1(secret).digest()
        mask = hashlib.sha1(seed + hashlib.sha1(once).digest()).digest()
        return bytes(a ^ b for a, b in zip(once, mask))

    def receive(self):
        head = self.input.read(4)
        if len(head) < 4:
            raise ConnectionError("the server closed the connection")
        return head[3], self.input.read(head[0] | head[1] << 8 | head[2] << 16)

    @staticmethod
    def check(reply):
        if reply[:1] == b"\xff":
            raise RuntimeError(reply[9:].decode(errors="replace"))
        return reply

    def query(self, sql):
        """Runs a statement; answers the first value if it has a result."""
        self.socket.sendall(packet(b"\x03" + sql.encode()))
        if self.check(self.receive()[1])[:1] == b"\0":
            return None
        while self.receive()[1][:1] != b"\xfe":
            pass
        row = self.receive()[1]
        while self.check(self.receive()[1])[:1] != b"\xfe":
            pass
        return row[1 : 1 + row[0]].decode()

    def send(self, file, start, end):
        while start < end:
            start += os.sendfile(self.socket.fileno(), file, start, end - start)

    def run(self, file, statement):
        """Sends a statement that lies in a file, and its rows if it asks for them."""
        start, middle, end = statement
        self.send(file, start, middle)
        reply = self.check(self.receive()[1])
        if reply[:1] == b"\xfb":
            self.send(file, middle, end)
            self.check(self.receive()[1])


class Table:
    """The packets of one table, ready in a file, and who comes next."""

    def __init__(self, rows, number, kind, batch):
        self.file = tempfile.TemporaryFile(dir=rows)
        self.statements = []
        self.lock = threading.Lock()
        table = f"sbtest{number}"
        with open(os.path.join(rows, f"{number}.tsv"), "rb") as lines:
            while chunk := list(islice(lines, batch)):
                self.statements.append(getattr(self, f"write_{kind}")(table, chunk))
        self.file.flush()
        self.waiting = iter(self.statements)

    def write_insert(self, table, lines):
        values = []
        for line in lines:
            number, k, c, pad = line[:-1].split(b"\t")
            values.append(b"(%s,%s,'%s','%s')" % (number, k, c, pad))
        statement = b"\x03INSERT INTO %s VALUES " % table.encode() + b",".join(values)
        start = self.file.tell()
        self.file.write(packet(statement))
        return start, self.file.tell(), self.file.tell()

    def write_load(self, table, lines):
        start = self.file.tell()
        self.file.write(packet(b"\x03LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + table.encode()))
        middle = self.file.tell()
        number, step = 2, 2000
        for at in range(0, len(lines), step):
            self.file.write(packet(b"".join(lines[at : at + step]), number % 256))
            number += 1
        self.file.write(packet(b"", number % 256))
        return start, middle, self.file.tell()

    def next(self):
        with self.lock:
            return next(self.waiting, None)


class Workers:
    """Threads that all start at once; waiting for a server does not hold the interpreter."""

    def __init__(self, jobs):
        self.failures = []
        self.gate = threading.Barrier(len(jobs) + 1)
        self.threads = [threading.Thread(target=self.work, args=(job,)) for job in jobs]
        for thread in self.threads:
            thread.start()

    def work(self, job):
        self.gate.wait()
        try:
            job()
        except Exception as failure:
            self.failures.append(failure)

    def run(self):
        """How long all of them took."""
        began = time.monotonic()
        self.gate.wait()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
        return time.monotonic() - began


def feed(connection, tables):
    for table in tables:
        while statement := table.next():
            connection.run(table.file.fileno(), statement)


def main():
    rows, database, kind, batch, connections, index, session = sys.argv[1:]
    batch, connections = int(batch), int(connections)
    tables = [Table(rows, number, kind, batch) for number in TABLES]
    sessions = [Connection(database) for _ in range(max(connections, len(TABLES)))]
    for number in TABLES:
        key = f", KEY k_{number} (k)" if index == "before" else ""
        sessions[0].query(f"CREATE TABLE sbtest{number} ({COLUMNS}{key})")
    if session:
        for connection in sessions:
            connection.query(session)
    # Each begins at another table, and helps with the next ones when its own is done.
    turned = [tables[i % 4 :] + tables[: i % 4] for i in range(connections)]
    loading = Workers([lambda c=c, t=t: feed(c, t) for c, t in zip(sessions, turned)])
    cpu = time.process_time()
    loaded = loading.run()
    cpu = time.process_time() - cpu
    indexed = 0.0
    if index == "after":
        builds = [f"CREATE INDEX k_{number} ON sbtest{number} (k)" for number in TABLES]
        indexed = Workers([lambda c=c, b=b: c.query(b) for c, b in zip(sessions, builds)]).run()
    counts = " + ".join(f"(SELECT COUNT(*) FROM sbtest{number})" for number in TABLES)
    counted = sessions[0].query(f"SELECT {counts}")
    print(f"{loaded:.2f}\t{indexed:.2f}\t{loaded + indexed:.2f}\t{cpu:.2f}\t{counted}")


main()
