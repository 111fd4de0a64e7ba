"""One random HDF5 program. What it does depends on its seed alone, never on what it reads, so that it
does the same under stock HDF5 and under h5pave; and each step has random numbers of its own, so that
a program still makes sense with steps left out."""

import collections
import random
import zlib

import h5py
import numpy as np

from program_values import OTHER_COMPOUNDS, TYPES, digest, draw_array, draw_box, draw_slices, draw_space, shape_of

ERRORS = (OSError, ValueError, TypeError, RuntimeError, KeyError, IndexError, MemoryError)


class Program:
    def __init__(self, seed, folder, features, left_out=()):
        self.seed, self.left_out, self.features = seed, set(left_out), features
        self.path = folder / f"{seed}.h5"
        self.names, self.handles, self.resized, self.step_number = [], [], set(), 0
        self.seed_step()
        # A few have chunks of up to some megabytes, which go other ways in memory than small ones.
        self.is_large = random.Random(f"{seed}.size").random() < 0.02
        self.libver = self.rng.choice([None, None, None, "latest", "v108"])
        self.driver = {"driver": "core"} if self.rng.random() < 0.1 else {}
        self.file = h5py.File(self.path, "w", libver=self.libver, **self.driver)
        self.other = None

    def seed_step(self):
        self.rng = random.Random(f"{self.seed}.{self.step_number}")
        self.values = np.random.default_rng([self.seed, self.step_number])

    def count(self, feature):
        self.features[feature] += 1

    def attempt(self, operation, action):
        try:
            result = action()
            outcome = digest(result) if isinstance(result, np.ndarray) else result
        except ERRORS as error:
            outcome = f"{type(error).__name__}: {error}"
        print(f"{self.seed} {self.step_number} {operation} {outcome}")

    # --- creating -------------------------------------------------------------------------------
    def create(self):
        rng = self.rng
        rank = rng.choice([1, 1, 2, 2, 2, 3, 3, 4])
        top = {1: 400, 2: 40, 3: 14, 4: 8}[rank]
        if self.is_large:
            top = {1: 400000, 2: 700, 3: 80, 4: 24}[rank]
            self.count("large dataset")
        shape = tuple(rng.randint(1, top) for _ in range(rank))
        chunks = tuple(rng.randint(1 + n // 8 if self.is_large else 1, n) for n in shape)
        maxshape = tuple(rng.choice([n, n, None, n + rng.randint(0, top)]) for n in shape)
        options = dict(shape=shape, chunks=chunks, maxshape=maxshape, dtype=np.dtype(rng.choice(TYPES)))
        if rng.random() < 0.85:
            options.update(compression="gzip", compression_opts=rng.randint(0, 9))
        options["shuffle"] = rng.random() < 0.6
        options["fletcher32"] = rng.random() < 0.3
        if options["dtype"].kind in "iuf" and rng.random() < 0.5:
            options["fillvalue"] = rng.choice([0, 7])
        if rng.random() < 0.8:
            options["rdcc_nbytes"] = rng.choice([1, 64, 1024, 1 << 20])
        name = f"d{self.step_number}"
        self.names.append(name)
        self.count(f"rank {rank}")
        self.attempt(f"create {name} {options}", lambda: self.file.create_dataset(name, **options).shape)

    def some(self):
        """A dataset with elements, through one of the open files; None when there is none."""
        if not self.names:
            return None, None
        name = self.rng.choice(self.names)
        # Handles stay open over several steps: what one of them wrote is held back until others look.
        kept = [handle for owner, handle in self.handles if owner == name]
        if kept and self.rng.random() < 0.7:
            self.count("kept handle")
            dataset = self.rng.choice(kept)
        else:
            file = self.other if self.other and self.rng.random() < 0.5 else self.file
            dataset = file[name] if name in file else None
            if dataset is not None and self.rng.random() < 0.6:
                self.handles = [(name, dataset)] + self.handles[:3]
        usable = dataset is not None and 0 not in dataset.shape and dataset.chunks
        return name, dataset if usable else None

    def array(self, dtype, shape):
        return draw_array(self.values, dtype, shape, self.rng.choice([3, 100]))

    # --- reading and writing --------------------------------------------------------------------
    def write(self):
        name, dataset = self.some()
        if dataset is None:
            return
        where, kind = draw_slices(self.rng, dataset)
        shape = shape_of(dataset, where)
        dtype = dataset.dtype
        if dtype.kind in "iuf" and self.rng.random() < 0.2:
            dtype = np.dtype(self.rng.choice(["<f8", "<i8", ">i2"]))
            self.count("write converted")
        data = self.array(dtype, shape)
        if self.rng.random() < 0.2:
            data = np.asfortranarray(data)
        if self.rng.random() < 0.1 and data.size:
            data = data.ravel()[0]
            self.count("write broadcast")
        self.count(f"write {kind}")

        def action():
            dataset[where] = data
            return "ok"
        self.attempt(f"write {name} {where} {dtype}", action)

    def read(self):
        name, dataset = self.some()
        if dataset is None:
            return
        where, kind = draw_slices(self.rng, dataset)
        self.count(f"read {kind}")
        if dataset.dtype.kind in "iuf" and self.rng.random() < 0.2:
            self.count("read converted")
            self.attempt(f"read {name} {where} as f8", lambda: np.asarray(dataset.astype("<f8")[where]))
        else:
            self.attempt(f"read {name} {where}", lambda: np.asarray(dataset[where]))

    def steps_of_reads(self):
        """Box after box in equal steps, each twice."""
        name, dataset = self.some()
        if dataset is None:
            return
        dim = self.rng.randrange(len(dataset.shape))
        width = self.rng.randint(1, 1 + dataset.shape[dim] // 3)
        self.count("reads in steps")
        for start in range(0, dataset.shape[dim], width):
            where = (slice(None),) * dim + (slice(start, start + width),)
            self.attempt(f"read {name} {where}", lambda: np.asarray(dataset[where]))

    def rows(self):
        """Appends or rewrites row after row."""
        name, dataset = self.some()
        if dataset is None:
            return
        count = self.rng.randint(1, 12)
        start = self.rng.choice([0, dataset.shape[0]])
        self.count("rows")

        def action():
            for row in range(start, start + count):
                if row >= dataset.shape[0]:
                    dataset.resize(row + 1, 0)
                dataset[row] = self.array(dataset.dtype, dataset.shape[1:])
            return dataset.shape
        self.attempt(f"rows {name} {start} {count}", action)

    def boxes_in_memory(self):
        """A box of a larger array in memory, to and from a box of the dataset."""
        name, dataset = self.some()
        if dataset is None:
            return
        starts, lengths = draw_box(self.rng, dataset.shape)
        target = tuple(slice(start, start + length) for start, length in zip(starts, lengths))
        margins = [self.rng.randint(0, 2) for _ in lengths]
        data = self.array(dataset.dtype, tuple(n + 2 * m for n, m in zip(lengths, margins)))
        source = tuple(slice(m, m + n) for n, m in zip(lengths, margins))
        self.count("boxes in memory")

        def read():
            into = np.zeros_like(data)
            dataset.read_direct(into, target, source)
            return into
        self.attempt(f"write_direct {name} {target}", lambda: dataset.write_direct(data, source, target))
        self.attempt(f"read_direct {name} {target}", read)

    def any_spaces(self):
        """Selections of any kind on both sides, with a memory type of its own."""
        name, dataset = self.some()
        if dataset is None:
            return
        space, kind = draw_space(self.rng, dataset.shape)
        count = space.get_select_npoints()
        memory = np.dtype(self.rng.choice(OTHER_COMPOUNDS[dataset.dtype.names])) \
            if dataset.dtype.names and self.rng.random() < 0.5 else dataset.dtype
        stride = self.rng.choice([1, 1, 2, 3])
        in_memory = h5py.h5s.create_simple((max(1, count) * stride,))
        if count:
            in_memory.select_hyperslab((0,), (count,), (stride,))
        else:
            in_memory.select_none()
        data = self.array(memory, (max(1, count) * stride,))
        memory_type = h5py.h5t.py_create(memory)
        self.count(f"spaces {kind}")
        if memory != dataset.dtype:
            self.count("other compound")
        into = self.array(memory, data.shape)

        def read():
            dataset.id.read(in_memory, space, into, memory_type)
            return into
        self.attempt(f"write {name} {kind} {count} {memory}",
                     lambda: dataset.id.write(in_memory, space, data, memory_type))
        self.attempt(f"read {name} {kind} {count} {memory}", read)

    # --- everything that looks at or changes stored chunks ------------------------------------------
    def resize(self):
        name, dataset = self.some()
        if dataset is None:
            return
        shape = tuple(self.rng.randint(1, (m if m else n + 10)) for n, m in zip(dataset.shape, dataset.maxshape))
        self.count("resize")
        self.resized.add(name)
        self.attempt(f"resize {name} {shape}", lambda: dataset.resize(shape))

    def raw_chunk(self):
        name, dataset = self.some()
        if dataset is None:
            return
        offset = tuple(c * self.rng.randint(0, (n - 1) // c) for n, c in zip(dataset.shape, dataset.chunks))
        # A filter mask is left out: stock HDF5 itself misreads such chunks through the same handle.
        if self.rng.random() < 0.5 and not dataset.shuffle and not dataset.fletcher32:
            raw = self.array(dataset.dtype, dataset.chunks).tobytes()
            stored = zlib.compress(raw, 1) if dataset.compression else raw
            self.count("write_direct_chunk")
            self.attempt(f"write_direct_chunk {name} {offset}",
                         lambda: dataset.id.write_direct_chunk(offset, stored))
            return

        # Stored bytes differ between encoders; presence and mask do not. For an absent chunk stock
        # HDF5 leaves the size unset, and h5py fails by one of several errors.
        def action():
            try:
                # Stock HDF5 gives no size of a Single Chunk that only its chunk cache holds, and h5py then
                # reads into a buffer of any size.
                if dataset.chunks == dataset.shape:
                    dataset.flush()
                mask = dataset.id.read_direct_chunk(offset)[0]
            except (OSError, RuntimeError, MemoryError, ValueError):
                mask = "absent"
            # Shrinking makes stock HDF5 store absent chunks that a read left in its chunk cache.
            return "any" if name in self.resized else mask
        self.count("read_direct_chunk")
        self.attempt(f"read_direct_chunk {name} {offset}", action)

    def observe(self):
        name, dataset = self.some()
        if dataset is None:
            return

        # Shrinking makes stock HDF5 store absent chunks that a read left in its chunk cache.
        def told(number):
            return "any" if name in self.resized else number

        # Stock HDF5 tells a storage size of 0 for a Single Chunk, which a program may have by asking for the
        # latest format, while only its chunk cache holds it.
        def storage_size():
            if dataset.chunks == dataset.shape:
                dataset.flush()
            return told(dataset.id.get_storage_size() > 0)

        def iterate():
            offsets = []
            dataset.id.chunk_iter(lambda chunk: offsets.append((chunk.chunk_offset, chunk.filter_mask)))
            return told(len(offsets))
        actions = {"num_chunks": lambda: told(dataset.id.get_num_chunks()), "chunk_iter": iterate,
                   "storage_size": storage_size,
                   "flush": lambda: dataset.flush(), "refresh": lambda: dataset.refresh(),
                   "file_flush": lambda: self.file.flush()}
        what = self.rng.choice(sorted(actions))
        self.count(what)
        self.attempt(f"{what} {name}", actions[what])

    def virtual(self):
        """A virtual dataset over a source that may have chunks in memory."""
        name, dataset = self.some()
        if dataset is None or self.driver or dataset.dtype.kind not in "iuf":
            return
        view = f"v{self.step_number}"
        layout = h5py.VirtualLayout(dataset.shape, dataset.dtype)
        layout[...] = h5py.VirtualSource(".", name, dataset.shape)
        self.count("virtual dataset")
        self.attempt(f"virtual {view} {name}", lambda: self.file.create_virtual_dataset(view, layout).shape)
        self.attempt(f"read {view}", lambda: self.file[view][...])

    def other_objects(self):
        """Groups and attributes, which observe no chunk."""
        name, dataset = self.some()
        if dataset is None:
            return
        self.count("attributes and groups")
        dataset.attrs["n"] = self.step_number
        self.file.require_group("g").attrs["n"] = self.step_number

    def second_file(self):
        if self.driver:
            return
        self.count("second open of the file")
        if self.other:
            self.handles = []
            self.other.close()
            self.other = None
        else:
            self.other = h5py.File(self.path, "r+", libver=self.libver)

    def copy(self):
        # Stock H5Ocopy writes beyond its buffer when chunks are in the chunk cache: leave none there.
        self.reopen()
        name, dataset = self.some()
        if dataset is None:
            return
        copy = f"d{self.step_number}"
        self.names.append(copy)
        if name in self.resized:
            self.resized.add(copy)
        self.count("copy")
        self.attempt(f"copy {name} {copy}", lambda: self.file.copy(name, copy))

    def delete(self):
        name, dataset = self.some()
        if dataset is None or len(self.names) < 2:
            return
        self.handles = []
        del dataset
        self.count("delete")
        self.attempt(f"delete {name}", lambda: self.file.__delitem__(name))

    def close(self):
        self.handles = []
        if self.other:
            self.other.close()
            self.other = None
        self.file.close()

    def reopen(self):
        self.close()
        self.count("reopen")
        self.file = h5py.File(self.path, "r+", rdcc_nbytes=self.rng.choice([1, 1 << 10, 1 << 20]))
        self.driver = {}

    STEPS = [(7, write), (2, rows), (3, boxes_in_memory), (4, any_spaces), (5, read), (1, steps_of_reads), (2, resize),
             (1, raw_chunk), (2, observe), (0.7, second_file), (0.3, virtual), (0.5, other_objects),
             (0.5, copy), (0.3, delete), (1, reopen), (1, create)]

    def run(self):
        weights, actions = zip(*self.STEPS)
        for number in range(self.rng.randint(5, 26)):
            self.step_number = number + 1
            self.seed_step()
            if self.step_number in self.left_out:
                continue
            action = type(self).create if number == 0 else self.rng.choices(actions, weights)[0]
            action(self)
        self.close()


def run_programs(kind, seeds, folder, left_out=()):
    features = collections.Counter()
    for seed in seeds:
        kind(seed, folder, features, left_out).run()
    return features
