#!/usr/bin/env bash
# h5pave info --chunks: the bytes at each listed address are the values that h5py reads at the listed
# offset, for every chunk index, rank and unlimited dimension, partial edge chunks and filters.
# shellcheck source=tests/cli/support.sh
. "$(dirname "$0")/support.sh"
need_python

for entry in $PY_H5PY_LIST; do
    check_ok "chunks element by element, files of ${entry%%=*}" \
        "${entry#*=}" "$here/chunk_listing.py" "$h5pave" "$scratch/${entry%%=*}"
    tail -n 1 out.txt
done

# Row 36 of the features: all 50 offsets lie in the extent, where libhdf5 lists 45 outside.
"$python" -c "
import h5py, numpy as np
h5py.File('ea.h5', 'w', libver=('v110', 'v110')).create_dataset(
    'x', data=np.arange(300).reshape(30, 10), chunks=(3, 2), maxshape=(30, None))"
"$h5pave" info --chunks ea.h5 >chunks.tsv
check "header" "$(head -n 1 chunks.tsv | tr '\t' ' ')" "#dataset offset address stored filter_mask"
check "50 different offsets in the extent" \
    "$(awk -F'[\t,]' 'NR > 1 && $2 < 30 && $3 < 10 {print $2, $3}' chunks.tsv | sort -u | wc -l)" 50
finish
