"""Random HDF5 programs: the same program runs under stock HDF5 and under h5pave, and every result and
the final file must be equal.

usage: random_programs.py run FIRST_SEED COUNT FOLDER   one line per operation on stdout; how often each
                                                        feature occurred in FOLDER/features.json
       random_programs.py noise FIRST_SEED COUNT FOLDER   the same of noise_program.py
       random_programs.py one SEED LEFT_OUT FOLDER      one program without the steps of a comma list
       random_programs.py digest FOLDER                 one line per dataset of the files in FOLDER
       random_programs.py ours FOLDER STATS             the share of the bytes of filtered datasets that
                                                        h5pave moved itself, for writes and reads
"""

import json
import os
import pathlib
import sys

import h5py

from noise_program import NoiseProgram
from program_values import digest
from random_program import Program, run_programs


def digest_or_error(dataset):
    try:
        return digest(dataset[...])
    except OSError as error:
        return f"OSError: {error}"


def digest_apart(dataset):
    """In a process of its own: an assertion of libhdf5 2.2.0 ends those that read some virtual datasets."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, digest_or_error(dataset).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    _, status = os.waitpid(child, 0)
    return text if status == 0 else f"stock HDF5 died: {os.waitstatus_to_exitcode(status)}"


def digest_folder(folder):
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path, "r") as file:
            for name in sorted(file):
                if not isinstance(file[name], h5py.Dataset):
                    continue
                read = digest_apart if file[name].is_virtual else digest_or_error
                print(path.name, name, read(file[name]))


def share_of_ours(folder, statistics):
    filtered = set()
    for path in folder.glob("*.h5"):
        with h5py.File(path, "r") as file:
            filtered |= {(str(path), f"/{name}") for name in file
                         if isinstance(file[name], h5py.Dataset) and file[name].id.get_create_plist().get_nfilters()}
    for direction in ("write", "read"):
        counted = [entry[direction] for entry in json.loads(statistics.read_text())["datasets"]
                   if (entry["file"], entry["path"]) in filtered]
        total = sum(entry["bytes"] for entry in counted)
        native = sum(entry["native_bytes"] for entry in counted)
        print(direction, int(1000 * (total - native) / total))


def main():
    command, *arguments = sys.argv[1:]
    if command == "digest":
        digest_folder(pathlib.Path(arguments[0]))
    elif command == "ours":
        share_of_ours(pathlib.Path(arguments[0]), pathlib.Path(arguments[1]))
    else:
        folder = pathlib.Path(arguments[2])
        folder.mkdir(exist_ok=True)
        if command == "one":
            run_programs(Program, [int(arguments[0])], folder, [int(step) for step in arguments[1].split(",") if step])
        else:
            first, count = int(arguments[0]), int(arguments[1])
            kind = NoiseProgram if command == "noise" else Program
            features = run_programs(kind, range(first, first + count), folder)
            (folder / "features.json").write_text(json.dumps(features, sort_keys=True))


main()
