"""Reads every table of a warehouse database with pypaimon and with `bin/spillway scan`, and compares row by row.

    python3 -m venv .venv && .venv/bin/pip install -r test/pypaimon/requirements.txt
    .venv/bin/python test/pypaimon/agree.py [WAREHOUSE] [DATABASE]

A table that pypaimon cannot read is listed with its reason and not counted. Differences that are pypaimon's are listed in
KNOWN with what Java does. Exit status 1 on any other difference.
"""
import datetime
import decimal
import json
import math
import os
import subprocess
import sys

import pyarrow as pa
from pypaimon import CatalogFactory

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KNOWN = {
    "keys_numeric": "pypaimon drops the nanoseconds of TIMESTAMP(9)",
    "dedup_ignore_delete_late": "pypaimon keeps deletes that Java ignores on reading (77 rows in Java)",
}


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return float(value)


def nanos_text(nanos, zone):
    seconds, rest = divmod(nanos, 1_000_000_000)
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{rest:09d}{'Z' if zone else ''}"


def encode(column_type, value):
    """One value as the JSON encoding has it; `value` is what Arrow's scalar holds."""
    if value is None or (isinstance(value, pa.Scalar) and not value.is_valid):
        return None
    t = column_type
    if pa.types.is_timestamp(t):
        unit = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[t.unit]
        return nanos_text(value.value * unit, t.tz is not None)
    if pa.types.is_time(t):
        unit = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[t.unit]
        millis = value.value * unit // 1_000_000
        return f"{millis // 3600000:02d}:{millis // 60000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"
    if pa.types.is_list(t) or pa.types.is_large_list(t):
        return [encode(t.value_type, item) for item in value.values]
    if pa.types.is_map(t):
        pairs = [[encode(t.key_type, e["key"]), encode(t.item_type, e["value"])] for e in value.values]
        return sorted(pairs, key=lambda p: json.dumps(p[0], ensure_ascii=False).encode("utf-16-be"))
    if pa.types.is_struct(t):
        return {t.field(i).name: encode(t.field(i).type, value[i]) for i in range(t.num_fields)}
    plain = value.as_py()
    if isinstance(plain, bytes):
        return plain.hex()
    if isinstance(plain, decimal.Decimal):
        return f"{plain:.{t.scale}f}"
    if isinstance(plain, datetime.date):
        return plain.isoformat()
    if pa.types.is_int64(t):
        return str(plain)
    if isinstance(plain, float):
        return number(plain)
    return plain


def as_json(value):
    """Numbers as JSON has them: 1 and 1.0 are one number (64-bit integers are text in the encoding)."""
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def pypaimon_rows(catalog, name):
    builder = catalog.get_table(name).new_read_builder()
    splits = builder.new_scan().plan().splits()
    table = builder.new_read().to_arrow(splits)
    columns = [table.column(i) for i in range(table.num_columns)]
    return [
        as_json({f.name: encode(f.type, columns[i][row]) for i, f in enumerate(table.schema)})
        for row in range(table.num_rows)
    ]


def spillway_rows(warehouse, name):
    command = [os.path.join(ROOT, "bin", "spillway"), "scan", name, "-w", warehouse, "--format", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return [as_json(json.loads(line)) for line in done.stdout.split("\n") if line]


def main():
    warehouse = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "test", "data", "golden", "warehouse")
    database = sys.argv[2] if len(sys.argv) > 2 else "golden"
    catalog = CatalogFactory.create({"warehouse": warehouse})
    agreed, unread, differ = 0, [], []
    for table in sorted(os.listdir(os.path.join(warehouse, f"{database}.db"))):
        name = f"{database}.{table}"
        try:
            ours = spillway_rows(warehouse, name)
        except RuntimeError as error:
            unread.append(f"{table}: spillway: {error}")
            continue
        try:
            theirs = pypaimon_rows(catalog, name)
        except Exception as error:  # whatever pypaimon raises says that it cannot read the table
            unread.append(f"{table}: pypaimon: {type(error).__name__}: {str(error)[:120]}")
            continue
        order = lambda row: json.dumps(row, sort_keys=True)
        ours.sort(key=order)
        theirs.sort(key=order)
        if ours == theirs:
            agreed += 1
        else:
            first = next(((a, b) for a, b in zip(ours, theirs) if a != b), None)
            differ.append(f"{table}: {len(ours)} rows here, {len(theirs)} there; first difference {first}")
    print(f"{agreed} tables agree, {len(differ)} differ, {len(unread)} not compared")
    for line in unread:
        print("  not compared:", line)
    unknown = [line for line in differ if line.split(":")[0] not in KNOWN]
    for line in differ:
        table = line.split(":")[0]
        print("  known:" if table in KNOWN else "  DIFFERS:", line[:600], KNOWN.get(table, ""))
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
