// HDF5 datatypes as a person would write them. Called by info. Thread rule: as HDF5 calls.
#pragma once

#include <hdf5.h>

#include <string>

namespace h5pave::cli {

/// E.g. "float32", "int16 BE", "string[10] UTF-8", "string", "compound{a: int32, b: float64[3]}",
/// "enum int8{RED=0, GREEN=1}", "vlen{uint8}", "object reference". Little endian is not mentioned.
/// Never fails: what cannot be read becomes "unknown".
std::string type_name(hid_t type);

/// Size of one value in the file. libhdf5 tells the size in memory, which differs for
/// variable-length types; `address_bytes` is the file's size of an address (H5Pget_sizes).
std::size_t stored_type_bytes(hid_t type, std::size_t address_bytes);

/// True when values hold memory of their own after a read (variable length, references).
bool holds_memory(hid_t type);

}  // namespace h5pave::cli
