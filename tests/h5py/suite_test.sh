#!/usr/bin/env bash
# h5py's own test suite, as its wheel brings it: the same verdict of every test with and without the
# connector. What fails in stock (as root, one permission test does) must fail alike.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
export PYTHONDONTWRITEBYTECODE=1

# suite NAME COMMAND…: runs the suite by COMMAND PYTHON…; verdicts by test name in NAME.txt.
suite() {
    local name=$1 rc=0
    shift
    mkdir "$name"
    (cd "$name" && "$@" "$python" -m pytest -q --pyargs h5py -p no:cacheprovider --junitxml="../$name.xml") \
        >"$name.log" 2>&1 || rc=$?
    "$python" - "$name.xml" >"$name.txt" <<'END' || { tail -n 40 "$name.log"; return 0; }
import sys
import xml.etree.ElementTree as tree
for case in tree.parse(sys.argv[1]).iter('testcase'):
    outcomes = [child.tag for child in case if child.tag in ('failure', 'error', 'skipped')]
    print(case.get('classname'), case.get('name'), ' '.join(outcomes) or 'passed')
END
    echo "exit status of pytest: $rc" >>"$name.txt"
    echo "     $name: $(tail -n 1 "$name.log")"
}

with_statistics() { H5PAVE_STATS=$scratch/stats-%p.json RUN "$@"; }

for entry in $PY_H5PY_LIST; do
    label=${entry%%=*} python=${entry#*=}
    if ! "$python" -c 'import pytest, h5py.tests' 2>/dev/null; then
        echo "$label: left out, it has no pytest or h5py without its tests"
        continue
    fi
    suite "$label-stock" env
    suite "$label-h5pave" RUN
    suite "$label-statistics" with_statistics
    check "$label: tests seen" "$(($(grep -c ' passed$' "$label-stock.txt") > 600))" 1
    check "$label: verdicts with h5pave" "$(diff "$label-stock.txt" "$label-h5pave.txt")" ''
    check "$label: verdicts with statistics" "$(diff "$label-stock.txt" "$label-statistics.txt")" ''
    for index in 'Single Chunk' 'Fixed Array' 'Extensible Array' 'v2 B-tree'; do
        check "$label: the suite created datasets with a $index" \
            "$(cat stats-*.json | grep -c -m 1 "\"index_after\": \"$index\"")" 1
    done
    rm -f stats-*.json
done
[ "$checks" -gt 0 ] || skip 'no h5py with its test suite here'
finish
