#!/usr/bin/env bash
# The boundary table: files written through the connector by each h5py at hand, read value by value
# by each of them without the connector.
# shellcheck source=tests/support/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/../support/shell.sh"
need_pythons
program=$H5PAVE_SOURCE/tests/h5py/boundaries_test.py
export PYTHONDONTWRITEBYTECODE=1

results=()
for writer in $PY_H5PY_LIST; do
    folder=${writer%%=*}
    mkdir "$folder"
    RUN "${writer#*=}" "$program" write "$folder"
    for reader in $PY_H5PY_LIST; do
        result=$folder-${reader%%=*}.json
        "${reader#*=}" "$program" read "$folder" "$result" "$H5_TOOLS"
        results+=("${writer%%=*}=${reader%%=*}=$result")
    done
    python=${writer#*=}
done
"$python" "$program" table "${results[@]}"
