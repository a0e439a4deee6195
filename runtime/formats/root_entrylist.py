"""Writes a ROOT TEntryList with a sublist per file: `root_entrylist.py TO.root`, the entries as JSON on standard input.

`[{"path": …, "tree": …, "entries": [ascending]}]`. uproot has no model of the class, so its bytes are put together here, as
ROOT's streamers of TEntryList (version 2) and TEntryListBlock (1) lay them out; real ROOT reads them in the tests.
"""

from __future__ import annotations

import errno
import json
import struct
import sys

import numpy as np
import uproot

NAME = "entrylist"
#: Entries of one block, and the count from which a block is a map of bits instead of a list
BLOCK_ENTRIES = 64_000
BLOCK_WORDS = 4_000
BYTE_COUNT = 0x4000_0000
NEW_CLASS = 0xFFFF_FFFF
BITS, LIST = 0, 1


def main(target: str) -> int:
    files = json.load(sys.stdin)
    data = object_bytes(2, entry_list_members("", "", [sublist(file) for file in files], [], total(files)))
    try:
        with uproot.recreate(target) as out:
            out._cascading.add_object(out._file.sink, "TEntryList", NAME, "", data, len(data))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        print(f"root_write: {'the disk is full' if full else error.strerror or error}", file=sys.stderr)
        return 3
    return 0


def total(files: list[dict]) -> int:
    return sum(len(file["entries"]) for file in files)


def sublist(file: dict) -> bytes:
    entries = np.asarray(file["entries"], np.int64)
    blocks = [block(entries[entries // BLOCK_ENTRIES == number] % BLOCK_ENTRIES) for number in range(blocks_of(entries))]
    return object_bytes(2, entry_list_members(file["tree"], file["path"], [], blocks, len(entries)))


def blocks_of(entries: np.ndarray) -> int:
    return int(entries[-1]) // BLOCK_ENTRIES + 1 if len(entries) > 0 else 0


def entry_list_members(tree: str, path: str, lists: list[bytes], blocks: list[bytes], count: int) -> bytes:
    return b"".join(
        (
            object_bytes(1, root_object() + text(NAME) + text("")),
            pointer("TList", collection(5, lists, options=True)) if lists else null_pointer(),
            struct.pack(">i", len(blocks)),
            pointer("TObjArray", collection(3, blocks, options=False)) if blocks else null_pointer(),
            struct.pack(">qq", count, 0),
            text(tree),
            text(path),
            struct.pack(">?", False),
        )
    )


def block(entries: np.ndarray) -> bytes:
    """Entries within a block, as a list or as a map of bits, whichever is shorter."""
    if len(entries) <= BLOCK_WORDS:
        words, kind = entries.astype(">u2"), LIST
    else:
        words, kind = np.zeros(BLOCK_WORDS, np.uint16), BITS
        np.bitwise_or.at(words, entries // 16, (1 << (entries % 16)).astype(np.uint16))
        words = words.astype(">u2")
    head = root_object() + struct.pack(">iiB", len(entries), len(words), 1)
    return object_bytes(1, head + words.tobytes() + struct.pack(">i?", kind, True))


def collection(version: int, items: list[bytes], *, options: bool) -> bytes:
    classes = "TEntryList" if options else "TEntryListBlock"
    head = root_object() + text("") + struct.pack(">i", len(items)) + (b"" if options else struct.pack(">i", 0))
    return object_bytes(version, head + b"".join(pointer(classes, item) + (b"\0" if options else b"") for item in items))


def pointer(name: str, value: bytes) -> bytes:
    body = struct.pack(">I", NEW_CLASS) + name.encode() + b"\0" + value
    return struct.pack(">I", BYTE_COUNT | len(body)) + body


def null_pointer() -> bytes:
    return struct.pack(">I", 0)


def object_bytes(version: int, members: bytes) -> bytes:
    return struct.pack(">IH", BYTE_COUNT | (len(members) + 2), version) + members


def root_object() -> bytes:
    """A TObject without number and flags."""
    return struct.pack(">HII", 1, 0, 0)


def text(value: str) -> bytes:
    data = value.encode()
    return (bytes([len(data)]) if len(data) < 255 else b"\xff" + struct.pack(">i", len(data))) + data


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
