"""A random HDF5 program whose datasets have no filters and are often filled with noise as soon as they are
created: what option filter=auto takes its filters back for. Raw chunks, which that option refuses, are left
out."""

import numpy as np

from program_values import digest, draw_array
from random_program import Program

TYPES = ["i1", "<u2", "<i4", ">i4", "V7"]


class NoiseProgram(Program):
    STEPS = [(weight, step) for weight, step in Program.STEPS if step not in (Program.raw_chunk, Program.create)]

    def create(self):
        rng = self.rng
        rank = rng.choice([1, 1, 2, 2, 2, 3, 3, 4])
        top = {1: 4000, 2: 70, 3: 20, 4: 10}[rank]
        shape = tuple(2 * rng.randint(1, top) for _ in range(rank))
        options = dict(shape=shape, chunks=tuple(n // rng.choice([1, 1, 2]) for n in shape),
                       dtype=np.dtype(rng.choice(TYPES)), maxshape=shape)
        if rng.random() < 0.3:
            options["maxshape"] = tuple(rng.choice([n, n, None, n + rng.randint(0, top)]) for n in shape)
        if rng.random() < 0.1:
            options.update(compression="gzip", shuffle=True)
        if rng.random() < 0.5 and options["dtype"].kind in "iu":
            options["fillvalue"] = rng.choice([0, 7])
        name = f"d{self.step_number}"
        self.names.append(name)
        self.attempt(f"create {name} {options}", lambda: self.fill(name, options))

    def fill(self, name, options):
        rng = self.rng
        is_linked_late = rng.random() < 0.2
        dataset = self.file.create_dataset(None if is_linked_late else name, **options)
        if rng.random() < 0.2:
            self.file[name + "x"] = 3
        if rng.random() < 0.1:
            dataset.attrs["early"] = 1
        if rng.random() < 0.8:
            self.count("filled")
            data = self.array(dataset.dtype, dataset.shape)
            dataset[...] = data
            if rng.random() < 0.5:
                assert digest(dataset[...]) == digest(data)
        if is_linked_late:
            self.file[name] = dataset
        if rng.random() < 0.5:
            self.handles = [(name, dataset)] + self.handles[:3]
        return dataset.shape, dataset.name

    def array(self, dtype, shape):
        return draw_array(self.values, dtype, shape, self.rng.choice([3, 2**31 - 1, 2**31 - 1]))


NoiseProgram.STEPS.append((1, NoiseProgram.create))
