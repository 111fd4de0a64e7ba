"""The chunk shapes that libraries choose by themselves, as the advisor recomputes them, compared with
the libraries over random shapes: library_shapes_test.py PRINT_PROGRAM h5py|netcdf4|dask."""
import random
import subprocess
import sys

CASES = 800
TYPES = ["u1", "i2", "f4", "f8"]


def lengths(rng, rank, longest, least=1):
    return tuple(int(min(longest, max(least, round(10 ** rng.uniform(0, 7 / rank + 0.8))))) for _ in range(rank))


def ask(program, questions):
    """The chunk lengths and the recognised library per question."""
    lines = "".join(" ".join(question) + "\n" for question in questions)
    answer = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout
    for line in answer.splitlines():
        *shape, library = line.split()
        yield tuple(map(int, shape)), library


def text(shape):
    return ",".join(map(str, shape))


def h5py_cases(rng):
    """What h5py writes for chunks=True, unlimited dimensions and empty ones too."""
    import h5py

    with h5py.File("guess.h5", "w", driver="core", backing_store=False) as f:
        for i in range(CASES):
            rank = rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 7])
            shape = lengths(rng, rank, 10**8)
            maximum = [rng.choice([None, n, n]) for n in shape]
            shape = [0 if m is None and rng.random() < 0.5 else n for n, m in zip(shape, maximum)]
            dtype = rng.choice(TYPES + ["S17", "c16"])
            x = f.create_dataset(str(i), tuple(shape), dtype, maxshape=tuple(maximum), chunks=True)
            question = ("h5py", str(x.dtype.itemsize), text(shape), text(m or 0 for m in maximum))
            yield question, x.chunks, "h5py"


def netcdf_cases(rng):
    """What netCDF-C gives a variable that needs chunks."""
    import netCDF4

    with netCDF4.Dataset("guess.nc", "w", diskless=True, persist=False) as f:
        for i in range(CASES):
            rank = rng.choice([1, 1, 2, 2, 3, 3, 4, 5])
            shape = lengths(rng, rank, 10**7, least=2)
            unlimited = [rng.random() < (0.4 if d == 0 else 0.1) for d in range(rank)]
            names = [f"d{i}_{d}" for d in range(rank)]
            for name, n, endless in zip(names, shape, unlimited):
                f.createDimension(name, None if endless else n)
            dtype = rng.choice(TYPES)
            v = f.createVariable(f"v{i}", dtype, names, zlib=True)
            extent = [0 if endless else n for n, endless in zip(shape, unlimited)]
            question = ("netcdf", str(v.dtype.itemsize), text(extent), text(extent))
            yield question, tuple(v.chunking()), "netCDF-C"


def dask_cases(rng):
    """What dask gives an array for chunks='auto'. It stores nothing: nobody's, as the advisor sees it."""
    from dask.array.core import normalize_chunks

    for _ in range(CASES):
        shape = lengths(rng, rng.choice([1, 1, 2, 2, 3, 3, 4, 5]), 10**8)
        shape = tuple(min(2**40, n * rng.choice([1, 3, 40])) for n in shape)
        itemsize = rng.choice([1, 2, 4, 8, 17])
        chunks = normalize_chunks("auto", shape, dtype=f"V{itemsize}")
        yield ("dask", str(itemsize), text(shape)), tuple(c[0] for c in chunks), None


CASES_OF = {"h5py": h5py_cases, "netcdf4": netcdf_cases, "dask": dask_cases}


def main():
    program, library = sys.argv[1:]
    cases = list(CASES_OF[library](random.Random(10)))
    wrong = 0
    for (question, expected, name), (got, known) in zip(cases, ask(program, [c[0] for c in cases]), strict=True):
        if got != tuple(expected):
            wrong += 1
            print("DIFFERENT", *question, "library", expected, "computed", got)
        # Small shapes are the same for all; what matters is that it is not taken for a person's.
        if known == "nobody" and name:
            wrong += 1
            print("NOT RECOGNISED", *question, got, "is", name)
    print(f"{len(cases)} shapes of {library}, {wrong} wrong")
    return 1 if wrong or len(cases) < CASES else 0


if __name__ == "__main__":
    sys.exit(main())
