/* Names by which a C or C++ program finds the h5pave connector.
 *
 * No program needs this header: HDF5_PLUGIN_PATH and HDF5_VOL_CONNECTOR are enough. It is for a
 * program that chooses the connector itself:
 *
 *     hid_t vol = H5VLregister_connector_by_name(H5PAVE_CONNECTOR_NAME, H5P_DEFAULT);
 *     H5Pset_vol(fapl, vol, NULL);   // NULL info: native HDF5 below, options of the environment
 */
#ifndef H5PAVE_H5PAVE_H
#define H5PAVE_H5PAVE_H

/** The connector's name, for HDF5_VOL_CONNECTOR and H5VLregister_connector_by_name(). */
#define H5PAVE_CONNECTOR_NAME "h5pave"

/** The connector's number, in HDF5's range for connectors that are not registered with it. */
#define H5PAVE_CONNECTOR_VALUE 470

#endif /* H5PAVE_H5PAVE_H */
