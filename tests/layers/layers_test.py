"""The layer rule of the sources, read from their includes and names: layers_test.py SOURCE_FOLDER.

Folders that know no HDF5 and no MPI can be tested without a file; mpi.h in one place keeps the plugin
free of an MPI flavour; H5VL names in one place keep libhdf5's interface out of the algorithms.
"""
import pathlib
import re
import sys

# Folder -> what its files may not include or name. Folders that do not exist yet are held to it
# from their first file on.
NO_HDF5_AND_NO_MPI = ["advisor", "cache", "commit", "config", "encode", "exec", "gather", "plan", "profile", "report", "transfer"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]')
HDF5_HEADER = re.compile(r"(^|/)(hdf5(_hl)?\.h|H5\w*\.h)$")
MPI_HEADER = re.compile(r"(^|/)mpi\.h$")
VOL_NAME = re.compile(r"\bH5VL\w*")
# Of H5VLpublic.h, for any program: how the command `h5pave` asks which connector is active.
APPLICATION_CALLS = {"H5VLget_connector_name", "H5VLis_connector_registered_by_name"}
# Of a type at the outermost level of a file's namespace.
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)(?: final)?\s*(?::[^;{]*)?\{", re.M)
SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".in"}


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def findings(root, path):
    place = path.relative_to(root)
    in_source = place.parts[0] == "src"
    folder = place.parts[1] if in_source and len(place.parts) > 2 else place.parts[0]
    pure = in_source and folder in NO_HDF5_AND_NO_MPI
    for number, line in enumerate(without_comments(path.read_text("utf-8")).splitlines(), 1):
        included = INCLUDE.match(line)
        header = included.group(1) if included else ""
        if pure and HDF5_HEADER.search(header):
            yield f"{place}:{number}: src/{folder} must not include {header}"
        if MPI_HEADER.search(header) and not (in_source and folder == "mpi"):
            yield f"{place}:{number}: {header} belongs in src/mpi alone"
        if place.parts[0] == "plugin" or (in_source and folder == "h5"):
            continue
        for name in VOL_NAME.findall(line):
            if not (in_source and folder == "cli" and name in APPLICATION_CALLS):
                yield f"{place}:{number}: {name} belongs in plugin/ or src/h5/"


def types_defined_twice(root, files):
    """Two types of one name in one namespace are one type to the linker, which keeps one destructor for both."""
    places = {}
    for path in files:
        if path.suffix in {".h", ".hpp"} and path.relative_to(root).parts[:2] != ("src", "cli"):
            for name in TYPE.findall(without_comments(path.read_text("utf-8"))):
                places.setdefault(name, []).append(str(path.relative_to(root)))
    for name, where in sorted(places.items()):
        if len(where) > 1:
            yield f"{name} is defined in {' and in '.join(where)}: two types of one name"


def check_own_eyes(root):
    """The rules find what they are made for; otherwise a clean result would mean nothing."""
    for line in ("#include <hdf5.h>", '#include "H5VLconnector.h"', "# include <H5public.h>"):
        assert HDF5_HEADER.search(INCLUDE.match(line).group(1)), line
    for line in ('#include "h5/handle.h"', "#include <h5pave/h5pave.h>"):
        assert not HDF5_HEADER.search(INCLUDE.match(line).group(1)), line
    assert without_comments("a // H5VL\n/* H5VL */b") == "a \nb"
    assert list(findings(root, root / "plugin/vol_class.cpp")) == []
    assert TYPE.findall("struct A {\nclass B : public C {\nclass D;\n  struct E {\nenum class F { kG };") == ["A", "B", "F"]
    seen = {path.relative_to(root).parts[1] for path in (root / "src").rglob("*.cpp")}
    assert {"advisor", "config", "report", "h5"} <= seen, seen


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    check_own_eyes(root)
    files = [
        path
        for folder in ("src", "plugin", "include")
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in SUFFIXES
    ]
    found = [line for path in files for line in findings(root, path)]
    found += types_defined_twice(root, files)
    print("\n".join(found))
    print(f"{len(files)} files read, {len(found)} findings")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
