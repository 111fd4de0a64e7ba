"""Random types, arrays and selections for random_programs.py, drawn from a given generator."""

import hashlib

import h5py
import numpy as np

TYPES = ["i1", "<u2", "<i4", ">i4", "<f4", "<f8", "S5", "V7", h5py.enum_dtype({"RED": 0, "BLUE": 7}, "<i2"),
         [("a", "<i4"), ("b", "<f8")], [("v", "<f4", (3,)), ("n", "u1"), ("s", "S3")]]
# What a program may have in memory for elements of a compound type: other members, order and types.
OTHER_COMPOUNDS = {("a", "b"): [[("b", ">f4"), ("a", "<i8")], [("a", "<i2")], [("b", "<f8")]],
                   ("v", "n", "s"): [[("n", "<i4")], [("s", "S3"), ("v", "<f8", (3,))]]}


def digest(array):
    data = np.ascontiguousarray(array)
    return f"{data.shape} {hashlib.sha256(data.tobytes()).hexdigest()[:16]}"


def draw_array(values, dtype, shape, span):
    """Numbers below `span`: a small one compresses well."""
    count = int(np.prod(shape, dtype=int))
    if dtype.kind in "iuf" and h5py.check_enum_dtype(dtype) is None:
        return values.integers(0, span, count).astype(dtype).reshape(shape)
    if h5py.check_enum_dtype(dtype):
        return (values.integers(0, 2, count) * 7).astype(dtype).reshape(shape)
    if dtype.names:
        array = np.zeros(count, dtype)
        for field in dtype.names:
            part = array[field]
            base = part.dtype
            drawn = values.integers(0, min(span, 100), part.shape)
            array[field] = drawn.astype("S3") if base.kind == "S" else drawn.astype(base)
        return array.reshape(shape)
    raw = values.integers(0, min(span, 256), count * dtype.itemsize, dtype="u1")
    return np.frombuffer(raw.tobytes(), dtype).reshape(shape)


def draw_box(rng, shape):
    starts = [rng.randint(0, n - 1) for n in shape]
    return starts, [rng.randint(1, n - start) for n, start in zip(shape, starts)]


def draw_slices(rng, dataset):
    """An h5py selection, and the name of its kind."""
    kind = rng.random()
    if kind < 0.3:
        return Ellipsis, "all"
    parts, names = [], {"box"}
    for n, c in zip(dataset.shape, dataset.chunks):
        choice = rng.random()
        if kind < 0.5:  # whole chunks
            first = rng.randint(0, (n - 1) // c)
            last = rng.randint(first, (n - 1) // c)
            parts.append(slice(first * c, min(n, (last + 1) * c)))
            names.add("whole_chunks")
        elif choice < 0.15:
            parts.append(rng.randint(0, n - 1))
        elif choice < 0.3:
            parts.append(slice(rng.randint(0, n - 1), None, rng.randint(1, 3)))
            names.add("stride")
        elif choice < 0.35 and "list" not in names:
            parts.append(sorted(rng.sample(range(n), rng.randint(1, min(n, 4)))))
            names.add("list")
        elif choice < 0.45 and n >= 4:
            block = rng.randint(1, n // 4)
            stride = block + rng.randint(0, n // 4)
            count = rng.randint(1, max(1, (n - block) // stride))
            parts.append(h5py.MultiBlockSlice(start=0, stride=stride, count=count, block=block))
            names.add("block")
        else:
            start = rng.randint(0, n - 1)
            parts.append(slice(start, rng.randint(start, n)))
    return tuple(parts), "+".join(sorted(names))


def shape_of(dataset, where):
    """The shape of dataset[where], without reading."""
    if where is Ellipsis:
        return dataset.shape
    plain = tuple(slice(part.count * part.block) if isinstance(part, h5py.MultiBlockSlice) else part for part in where)
    return np.empty(dataset.shape, "u1")[plain].shape


def draw_space(rng, shape):
    """A dataspace with a selection that h5py's own slices cannot express, and the name of its kind."""
    space = h5py.h5s.create_simple(tuple(shape))
    kind = rng.choice(["points", "union", "difference", "strided", "offset"])
    if kind == "points":
        count = int(np.prod(shape))
        flat = rng.sample(range(count), rng.randint(1, min(count, 20)))
        space.select_elements(np.stack(np.unravel_index(flat, shape), axis=1))
    elif kind == "strided":
        strides = [rng.randint(1, 3) for _ in shape]
        starts, lengths = draw_box(rng, shape)
        counts = tuple((length + stride - 1) // stride for length, stride in zip(lengths, strides))
        space.select_hyperslab(tuple(starts), counts, tuple(strides))
    elif kind == "offset":
        starts, lengths = draw_box(rng, shape)
        space.select_hyperslab(tuple(0 for _ in shape), tuple(lengths))
        space.offset_simple(tuple(starts))
    else:
        operator = {"union": h5py.h5s.SELECT_OR, "difference": h5py.h5s.SELECT_NOTB}[kind]
        for number in range(rng.randint(2, 3)):
            starts, lengths = draw_box(rng, shape)
            space.select_hyperslab(tuple(starts), tuple(lengths), op=operator if number else h5py.h5s.SELECT_SET)
    return space, kind
