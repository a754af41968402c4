"""Messages as Outlook saves them: a compound file of streams, one for each property."""

import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512
STRING, BINARY, NUMBER = 0x1F, 0x102, 0x03


def compound(root: dict) -> bytes:
    """Return a compound file of streams (bytes) and storages (dicts), by their names."""
    entries = [["Root Entry", 5, FREE, FREE, b""]]  # name, type, next sibling, first child, content

    def add(parent, folder):
        last = None
        for name, inside in folder.items():
            stream = inside if isinstance(inside, bytes) else b""
            entries.append([name, 1 if isinstance(inside, dict) else 2, FREE, FREE, stream])
            at = len(entries) - 1
            if last is None:
                entries[parent][3] = at
            else:
                entries[last][2] = at
            last = at
            if isinstance(inside, dict):
                add(at, inside)

    add(0, root)
    # What is shorter than 4,096 bytes lies in a stream of its own, cut into pieces of 64
    small = [at for at, entry in enumerate(entries) if at and 0 < len(entry[4]) < 4096]
    small_chain, small_start = [], {}
    for at in small:
        small_start[at] = len(small_chain)
        pieces = -(-len(entries[at][4]) // 64)
        small_chain += [*range(len(small_chain) + 1, len(small_chain) + pieces), END]
        entries[0][4] += entries[at][4].ljust(pieces * 64, b"\0")
    small_table = struct.pack(f"<{len(small_chain)}I", *small_chain).ljust(
        -(-len(small_chain) * 4 // SECTOR) * SECTOR, b"\xff"
    )
    contents = [b"" if at in small_start else entry[4] for at, entry in enumerate(entries)]
    sizes = [-(-len(content) // SECTOR) for content in contents]
    directory = -(-len(entries) * 128 // SECTOR)
    small_size = len(small_table) // SECTOR
    tables = 1
    while tables * (SECTOR // 4) < tables + directory + small_size + sum(sizes):
        tables += 1
    chain = [FAT] * tables
    for size in (directory, small_size, *sizes):
        chain += [*range(len(chain) + 1, len(chain) + size), END] if size else []
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    at = tables + directory + small_size
    written = b""
    for number, ((name, kind, after, child, content), size) in enumerate(
        zip(entries, sizes, strict=True)
    ):
        label = name.encode("utf-16-le")
        written += label.ljust(64, b"\0") + struct.pack("<HBB", len(label) + 2, kind, 1)
        written += struct.pack("<III", FREE, after, child) + bytes(36)
        start = small_start.get(number, at if size else END)
        written += struct.pack("<IQ", start, len(content))
        at += size
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIII", 0, tables, tables, 0, 4096)
    head += struct.pack("<IIII", tables + directory if small_size else END, small_size, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    body = struct.pack(f"<{len(chain)}I", *chain) + written.ljust(directory * SECTOR, b"\0")
    streams = (c.ljust(n * SECTOR, b"\0") for c, n in zip(contents, sizes, strict=True))
    return head + body + small_table + b"".join(streams)


def properties(header: int, values: dict) -> dict:
    """Return the streams of properties: text, bytes or numbers by their numbers."""
    listed, streams = bytes(header), {}
    for number, value in values.items():
        if isinstance(value, int):
            listed += struct.pack("<HHIQ", NUMBER, number, 6, value)
            continue
        kind = STRING if isinstance(value, str) else BINARY
        content = value.encode("utf-16-le") if isinstance(value, str) else value
        listed += struct.pack("<HHIII", kind, number, 6, len(content), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = content
    return {"__properties_version1.0": listed, **streams}


def msg_bytes(values: dict, *attachments: dict) -> bytes:
    """Return a message with its properties, and those of the files that are attached to it."""
    root = properties(32, values)
    for at, attachment in enumerate(attachments):
        root[f"__attach_version1.0_#{at:08X}"] = properties(8, attachment)
    return compound(root)
