"""Compresses the byte strings of a JSON list of base64 texts on standard input; prints {codec: [base64, …]} for the codecs named."""

import base64
import json
import sys

import pyarrow as pa

inputs = [base64.b64decode(text) for text in json.load(sys.stdin)]
made = {name: [base64.b64encode(pa.compress(data, name, asbytes=True)).decode() for data in inputs] for name in sys.argv[1:]}
print(json.dumps(made))
