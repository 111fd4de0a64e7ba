// HDF5_PLUGIN_PATH, without which libhdf5 does not find h5pave, hides folders with filters:
// libhdf5's own default folder, and that of the netCDF4 wheel, which names it only where the
// variable is not set. A program that needs one of these filters must find it with h5pave, too.
//
// Called by vol_class.cpp when a libhdf5 starts to use the plugin, and by file_slots.cpp. Thread
// rule: the thread that called HDF5.
#pragma once

namespace h5pave {

/// Adds these folders, as far as they exist, behind those that this libhdf5 looks in already. Its
/// own default comes back only where it looks in nothing but h5pave's folder: who names others has
/// chosen.
void restore_filter_folders_at_start() noexcept;

/// The same at the first file: netCDF-C (4.9.3) has set the folders by the variable since the
/// start.
void restore_filter_folders_at_open() noexcept;

}  // namespace h5pave
