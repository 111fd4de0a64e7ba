#include "vol_class.h"

#include "dataset_slots.h"
#include "file_slots.h"
#include "forward.h"
#include "h5pave/h5pave.h"
#include "info.h"
#include "object_slots.h"
#include "process.h"

namespace h5pave {

namespace {

herr_t initialize(hid_t) noexcept {
  return guard<herr_t>("initialise the connector", -1, []() -> herr_t {
    Process::start();
    return 0;
  });
}

herr_t terminate() noexcept {
  Process::stop();
  return 0;
}

const H5VL_class_t kConnectorClass{
    .version = H5VL_VERSION,
    .value = static_cast<H5VL_class_value_t>(H5PAVE_CONNECTOR_VALUE),
    .name = H5PAVE_CONNECTOR_NAME,
    .conn_version = 0,
    .cap_flags = H5VL_CAP_FLAG_NONE,
    .initialize = initialize,
    .terminate = terminate,
    .info_cls = {.size = sizeof(ConnectorInfo),
                 .copy = info_copy,
                 .cmp = info_compare,
                 .free = info_free,
                 .to_str = info_to_string,
                 .from_str = info_from_string},
    .wrap_cls = {.get_object = get_object,
                 .get_wrap_ctx = get_wrap_context,
                 .wrap_object = wrap_object,
                 .unwrap_object = unwrap_object,
                 .free_wrap_ctx = free_wrap_context},
    .attr_cls = {.create = Forward<H5PAVE_BOUND(H5VLattr_create)>::call,
                 .open = Forward<H5PAVE_BOUND(H5VLattr_open)>::call,
                 .read = Forward<H5PAVE_BOUND(H5VLattr_read)>::call,
                 .write = Forward<H5PAVE_BOUND(H5VLattr_write)>::call,
                 .get = Forward<H5PAVE_BOUND(H5VLattr_get)>::call,
                 .specific = Forward<H5PAVE_BOUND(H5VLattr_specific)>::call,
                 .optional = Forward<H5PAVE_BOUND(H5VLattr_optional)>::call,
                 .close = Close<H5PAVE_BOUND(H5VLattr_close)>::call},
    .dataset_cls = {.create = dataset_create,
                    .open = dataset_open,
                    .read = dataset_read,
                    .write = dataset_write,
                    .get = Forward<H5PAVE_BOUND(H5VLdataset_get)>::call,
                    .specific = Forward<H5PAVE_BOUND(H5VLdataset_specific)>::call,
                    .optional = Forward<H5PAVE_BOUND(H5VLdataset_optional)>::call,
                    .close = Close<H5PAVE_BOUND(H5VLdataset_close)>::call},
    .datatype_cls = {.commit = Forward<H5PAVE_BOUND(H5VLdatatype_commit)>::call,
                     .open = Forward<H5PAVE_BOUND(H5VLdatatype_open)>::call,
                     .get = Forward<H5PAVE_BOUND(H5VLdatatype_get)>::call,
                     .specific = Forward<H5PAVE_BOUND(H5VLdatatype_specific)>::call,
                     .optional = Forward<H5PAVE_BOUND(H5VLdatatype_optional)>::call,
                     .close = Close<H5PAVE_BOUND(H5VLdatatype_close)>::call},
    .file_cls = {.create = file_create,
                 .open = file_open,
                 .get = Forward<H5PAVE_BOUND(H5VLfile_get)>::call,
                 .specific = file_specific,
                 .optional = file_optional,
                 .close = Close<H5PAVE_BOUND(H5VLfile_close)>::call},
    .group_cls = {.create = Forward<H5PAVE_BOUND(H5VLgroup_create)>::call,
                  .open = Forward<H5PAVE_BOUND(H5VLgroup_open)>::call,
                  .get = Forward<H5PAVE_BOUND(H5VLgroup_get)>::call,
                  .specific = group_specific,
                  .optional = Forward<H5PAVE_BOUND(H5VLgroup_optional)>::call,
                  .close = Close<H5PAVE_BOUND(H5VLgroup_close)>::call},
    .link_cls = {.create = link_create,
                 .copy = link_copy,
                 .move = link_move,
                 .get = Forward<H5PAVE_BOUND(H5VLlink_get)>::call,
                 .specific = Forward<H5PAVE_BOUND(H5VLlink_specific)>::call,
                 .optional = Forward<H5PAVE_BOUND(H5VLlink_optional)>::call},
    .object_cls = {.open = object_open,
                   .copy = object_copy,
                   .get = Forward<H5PAVE_BOUND(H5VLobject_get)>::call,
                   .specific = Forward<H5PAVE_BOUND(H5VLobject_specific)>::call,
                   .optional = Forward<H5PAVE_BOUND(H5VLobject_optional)>::call},
    .introspect_cls = {.get_conn_cls = get_connector_class,
                       .get_cap_flags = get_capabilities,
                       .opt_query = Forward<H5PAVE_BOUND(H5VLintrospect_opt_query)>::call},
    .request_cls = {.wait = Forward<H5PAVE_BOUND(H5VLrequest_wait)>::call,
                    .notify = Forward<H5PAVE_BOUND(H5VLrequest_notify)>::call,
                    .cancel = Forward<H5PAVE_BOUND(H5VLrequest_cancel)>::call,
                    .specific = Forward<H5PAVE_BOUND(H5VLrequest_specific)>::call,
                    .optional = Forward<H5PAVE_BOUND(H5VLrequest_optional)>::call,
                    .free = request_free},
    .blob_cls = {.put = Forward<H5PAVE_BOUND(H5VLblob_put)>::call,
                 .get = Forward<H5PAVE_BOUND(H5VLblob_get)>::call,
                 .specific = Forward<H5PAVE_BOUND(H5VLblob_specific)>::call,
                 .optional = Forward<H5PAVE_BOUND(H5VLblob_optional)>::call},
    .token_cls = {.cmp = Forward<H5PAVE_BOUND(H5VLtoken_cmp)>::call,
                  .to_str = Forward<H5PAVE_BOUND(H5VLtoken_to_str)>::call,
                  .from_str = Forward<H5PAVE_BOUND(H5VLtoken_from_str)>::call},
    .optional = Forward<H5PAVE_BOUND(H5VLoptional)>::call,
};

}  // namespace

const H5VL_class_t& connector_class_instance() { return kConnectorClass; }

}  // namespace h5pave
