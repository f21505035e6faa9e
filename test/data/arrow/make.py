# Makes the files of this directory. Needs pyarrow 19: python make.py
import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.feather as feather

DAY = dt.date(2026, 1, 31)
MOMENT = dt.datetime(2026, 1, 31, 12, 0, 0, 123000)

COLUMNS = {
    "i8": ([-1, None, 127], pa.int8()),
    "u8": ([255, None, 0], pa.uint8()),
    "i16": ([-300, None, 300], pa.int16()),
    "u16": ([65535, None, 0], pa.uint16()),
    "i32": ([-70000, None, 70000], pa.int32()),
    "u32": ([4294967295, None, 0], pa.uint32()),
    "i64": ([-(2**62), None, 2**62], pa.int64()),
    "u64": ([2**63, None, 0], pa.uint64()),
    "f32": ([0.5, None, -1.0], pa.float32()),
    "f64": ([0.1, None, 1e300], pa.float64()),
    "flag": ([True, None, False], pa.bool_()),
    "dec": ([Decimal("-1.25"), None, Decimal("9.99")], pa.decimal128(10, 2)),
    "wide": ([Decimal("-" + "9" * 30), None, Decimal(1)], pa.decimal128(38, 0)),
    "dec256": ([Decimal("-1.5"), None, Decimal("2.5")], pa.decimal256(20, 1)),
    "day": ([DAY, None, dt.date(1969, 12, 31)], pa.date32()),
    "day64": ([DAY, None, dt.date(1969, 12, 31)], pa.date64()),
    "time": ([dt.time(12, 0, 0, 123000), None, dt.time(0)], pa.time32("ms")),
    "time64": ([dt.time(12, 0, 0, 123000), None, dt.time(0)], pa.time64("us")),
    "s": ([MOMENT.replace(microsecond=0), None, dt.datetime(1960, 1, 1)], pa.timestamp("s")),
    "ms": ([MOMENT, None, dt.datetime(1960, 1, 1)], pa.timestamp("ms")),
    "us": ([MOMENT, None, dt.datetime(1960, 1, 1)], pa.timestamp("us")),
    "ns": ([MOMENT, None, dt.datetime(1960, 1, 1)], pa.timestamp("ns")),
    "zoned": ([MOMENT, None, dt.datetime(1960, 1, 1)], pa.timestamp("us", tz="Europe/Berlin")),
    "text": (["a", None, "日本 and more than twelve bytes"], pa.string()),
    "big_text": (["a", None, "日本"], pa.large_string()),
    "view": (["a", None, "日本 and more than twelve bytes"], pa.string_view()),
    "bytes": ([b"\x00\xff", None, b""], pa.binary()),
    "big_bytes": ([b"\x00\xff", None, b""], pa.large_binary()),
    "same_bytes": ([b"\x00\xff", None, b"ab"], pa.binary(2)),
    "dict": (["x", None, "y"], pa.dictionary(pa.int8(), pa.string())),
    "list": ([[1, None], None, []], pa.list_(pa.int32())),
    "big_list": ([[1, None], None, []], pa.large_list(pa.int32())),
    "same_list": ([[1, None], None, [3, 4]], pa.list_(pa.int32(), 2)),
    "dict_list": ([["x", "y"], None, ["x"]], pa.list_(pa.dictionary(pa.int16(), pa.string()))),
    "map": ([[("k", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "row": ([{"a": 1, "b": "x"}, None, {"a": None, "b": None}], pa.struct([("a", pa.int32()), ("b", pa.string())])),
    "none": ([None, None, None], pa.null()),
}


def table():
    arrays = [pa.array(values, type=type) for values, type in COLUMNS.values()]
    return pa.table(dict(zip(COLUMNS, arrays)))


def write(name, sink, options=None, slices=False):
    with sink(name, table().schema, options=options) as out:
        for batch in table().to_batches():
            out.write_batch(batch)
            # A slice begins inside its buffers.
            if slices:
                out.write_batch(batch.slice(1, 2))


write("plain.arrow", pa.ipc.new_file)
write("stream.arrows", pa.ipc.new_stream)
write("sliced.arrows", pa.ipc.new_stream, slices=True)
write("zstd.arrow", pa.ipc.new_file, pa.ipc.IpcWriteOptions(compression="zstd"))
long = pa.table({"n": pa.array(range(6000), pa.int64()), "t": ["row %d" % (i % 100) for i in range(6000)]})
with pa.ipc.new_file("lz4.arrow", long.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as out:
    out.write_table(long, max_chunksize=2500)
feather.write_feather(long.slice(0, 10), "ten.feather")
