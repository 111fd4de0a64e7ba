#!/usr/bin/env python3
"""Rewrite the coastline database as a map product: plain h5py that knows nothing of h5pave.

usage: rewrite.py binned_GSHHS_h.nc out.h5

The source stores each shoreline point relative to its 2-degree bin. The output holds the points in
degrees, appended bin row by bin row as a tiling job would, a density map that grows in both
directions, a fixed map of shoreline levels, a preallocated copy of it, and a small table of bins.
"""

import sys

import h5py
import numpy as np

CELLS_PER_DEGREE = 10
PACKED = dict(compression="gzip", compression_opts=4, shuffle=True)


def read_segments(source):
    """Per segment: first point, number of points, hierarchical level, bin."""
    first = source["Id_of_first_point_in_a_segment"][...]
    embedded = source["Embedded_npts_levels_exit_entry_for_a_segment"][...]
    per_bin = source["N_segments_in_a_bin"][...]
    bins = np.repeat(np.arange(per_bin.size), per_bin)
    return first, embedded >> 9, (embedded >> 6) & 7, bins


def to_degrees(source, first, count, bins, shape):
    """Longitude and latitude of all points, in the order of the segments."""
    points = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    row, column = np.divmod(np.repeat(bins, count), shape[1])
    size = 360.0 / shape[1]
    scale = size / 65535
    x = source["Relative_longitude_from_SW_corner_of_bin"][...].view("u2")[points]
    y = source["Relative_latitude_from_SW_corner_of_bin"][...].view("u2")[points]
    longitude = column * size + x * scale
    latitude = 90 - (row + 1) * size + y * scale
    return np.stack([longitude, latitude], axis=1).astype("f4"), row


def cells_of(degrees):
    """Row and column of each point in the global map."""
    column = np.minimum(degrees[:, 0] * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE - 1).astype(int)
    row = np.clip((90 - degrees[:, 1]) * CELLS_PER_DEGREE, 0, 180 * CELLS_PER_DEGREE - 1).astype(int)
    return row, column


def write_points(out, degrees, rows):
    """Append along an unlimited axis: one step per row of bins."""
    points = out.create_dataset("points", (0, 2), "f4", maxshape=(None, 2), chunks=(16384, 2), **PACKED)
    for part in np.split(degrees, np.flatnonzero(np.diff(rows)) + 1):
        start = points.shape[0]
        points.resize(start + len(part), axis=0)
        points[start:] = part


def write_density(out, row, column):
    """Points per cell, in a map that can grow both ways and is written band by band."""
    shape = (180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE)
    density = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape)
    grid = out.create_dataset("density", (0, shape[1]), "i4", maxshape=(None, None), chunks=(150, 300), **PACKED)
    for start in range(0, shape[0], 150):
        grid.resize(start + 150, axis=0)
        grid[start:] = density[start : start + 150]


def write_levels(out, row, column, level):
    """Deepest shoreline level per cell (1 land, 2 lake, 3 island in a lake, 4 pond, 5 and 6 Antarctica).

    The size is known and never grows.
    """
    levels = np.zeros((180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE), "u1")
    np.maximum.at(levels, (row, column), level.astype("u1"))
    out.create_dataset("levels", data=levels, chunks=(150, 300), **PACKED)
    # The same map allocated at creation and uncompressed, as a program that updates it in place wants.
    create = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    create.set_chunk((150, 300))
    create.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(levels.shape)
    h5py.Dataset(h5py.h5d.create(out.id, b"levels_raw", h5py.h5t.NATIVE_UINT8, space, create))[...] = levels


def write_bins(out, source, shape):
    """Segments per bin: one chunk holds it all."""
    out.create_dataset("segments_per_bin", data=source["N_segments_in_a_bin"][...].reshape(shape), chunks=shape, **PACKED)


def main(source_name, out_name):
    with h5py.File(source_name, "r") as source, h5py.File(out_name, "w") as out:
        shape = (int(source["N_bins_in_180_degree_latitude_range"][0]), int(source["N_bins_in_360_longitude_range"][0]))
        first, count, level, bins = read_segments(source)
        degrees, rows = to_degrees(source, first, count, bins, shape)
        row, column = cells_of(degrees)
        write_points(out, degrees, rows)
        write_density(out, row, column)
        write_levels(out, row, column, np.repeat(level, count))
        write_bins(out, source, shape)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
