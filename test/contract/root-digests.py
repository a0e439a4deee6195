"""Prints digests of what uproot reads of trees that nobody here wrote: {file:tree: {rows, branches: [[path, digest]]}}.

A digest is a word for the shape (flat, jagged, text, texts) and the SHA-256 of the little-endian bytes of the values: of lists first
the offsets as int64, then the elements; of texts each after its length in bytes and a colon. Where uproot has no plain arrays, the
digest is `other`.
"""

import hashlib
import json
import os
import re
import sys
import warnings

import awkward as ak
import numpy as np
import skhep_testdata
import uproot

warnings.filterwarnings("ignore")
FOLDER = os.path.join(os.path.dirname(skhep_testdata.__file__), "data")


def sha(word, *parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"{word} {digest.hexdigest()}"


def little(array):
    array = np.ascontiguousarray(array)
    if array.dtype == bool:
        array = array.view("u1") != 0
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def offsets(counts):
    return np.concatenate([[0], np.cumsum(counts)]).astype("<i8").tobytes()


def texts(values):
    encoded = (value.encode("utf-8", "surrogateescape") for value in values)
    return b"".join(str(len(value)).encode() + b":" + value for value in encoded)


def digest(branch):
    kind = type(branch.interpretation).__name__
    if kind == "AsDtype":
        return sha("flat", little(branch.array(library="np")))
    if kind == "AsJagged" and type(branch.interpretation.content).__name__ == "AsDtype" and branch.interpretation.content.inner_shape == ():
        array = branch.array(library="ak")
        return sha("jagged", offsets(ak.num(array, axis=1).to_numpy()), little(ak.flatten(array).to_numpy()))
    if kind == "AsStrings":
        return sha("text", texts(branch.array(library="np")))
    if str(branch.interpretation) == "AsObjects(AsVector(True, AsString(False)))":
        array = branch.array(library="np")
        return sha("texts", offsets([len(entry) for entry in array]), texts(text for entry in array for text in entry))
    return "other"


def leaves(branch):
    """Names of the leaves that lie side by side in one branch."""
    try:
        kind = branch.interpretation
    except Exception:
        return None
    return kind.from_dtype.names if type(kind).__name__ == "AsDtype" else None


def walk(branch, above):
    path = [*above, re.sub(r"\[.*$", "", branch.name).rstrip(".")]
    if branch.branches:
        for child in branch.branches:
            yield from walk(child, path)
        return
    fields = leaves(branch)
    if fields:
        array = branch.array(library="np")
        yield from ([[*path, field], sha("flat", little(array[field]))] for field in fields)
        return
    try:
        yield [path, digest(branch)]
    except Exception:
        yield [path, "other"]


found = {}
for name in sys.argv[1:]:
    with uproot.open(os.path.join(FOLDER, name)) as file:
        for key, kind in file.classnames(recursive=True).items():
            tree_name = key.rsplit(";", 1)[0]
            if kind not in ("TTree", "TNtuple") or f"{name}:{tree_name}" in found:
                continue
            tree = file[key]
            if tree.num_entries > 0:
                branches = [entry for branch in tree.branches for entry in walk(branch, [])]
                found[f"{name}:{tree_name}"] = {"rows": tree.num_entries, "branches": branches}
print(json.dumps({"folder": FOLDER, "trees": found}))
