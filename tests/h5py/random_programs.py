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
import pathlib
import sys

import h5py

from noise_program import NoiseProgram
from program_values import digest
from random_program import Program, run_programs


def digest_folder(folder):
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path, "r") as file:
            for name in sorted(file):
                if not isinstance(file[name], h5py.Dataset):
                    continue
                try:
                    text = digest(file[name][...])
                except OSError as error:
                    text = f"OSError: {error}"
                print(path.name, name, text)


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
