#include "vol_class.h"

#include "chunk_queries.h"
#include "dataset_lifecycle.h"
#include "dataset_slots.h"
#include "file_slots.h"
#include "filter_folders.h"
#include "forward.h"
#include "h5pave/h5pave.h"
#include "info.h"
#include "object_slots.h"
#include "process.h"
#include "transfer_slots.h"

namespace h5pave {

namespace {

herr_t initialize(hid_t) noexcept {
  return guard<herr_t>("initialise the connector", -1, []() -> herr_t {
    Process::start();
    restore_filter_folders_at_start();
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
    .attr_cls = {.create = Forward<kAttribute, &H5VL_attr_class_t::create>::call,
                 .open = Forward<kAttribute, &H5VL_attr_class_t::open>::call,
                 .read = Forward<kAttribute, &H5VL_attr_class_t::read>::call,
                 .write = Forward<kAttribute, &H5VL_attr_class_t::write>::call,
                 .get = Forward<kAttribute, &H5VL_attr_class_t::get>::call,
                 .specific = Forward<kAttribute, &H5VL_attr_class_t::specific>::call,
                 .optional = Forward<kAttribute, &H5VL_attr_class_t::optional>::call,
                 .close = Close<kAttribute>::call},
    .dataset_cls = {.create = dataset_create,
                    .open = dataset_open,
                    .read = dataset_read,
                    .write = dataset_write,
                    .get = dataset_get,
                    .specific = dataset_specific,
                    .optional = dataset_optional,
                    .close = dataset_close},
    .datatype_cls = {.commit = Forward<kDatatype, &H5VL_datatype_class_t::commit>::call,
                     .open = Forward<kDatatype, &H5VL_datatype_class_t::open>::call,
                     .get = Forward<kDatatype, &H5VL_datatype_class_t::get>::call,
                     .specific = Forward<kDatatype, &H5VL_datatype_class_t::specific>::call,
                     .optional = Forward<kDatatype, &H5VL_datatype_class_t::optional>::call,
                     .close = Close<kDatatype>::call},
    .file_cls = {.create = file_create,
                 .open = file_open,
                 .get = Forward<kFile, &H5VL_file_class_t::get>::call,
                 .specific = file_specific,
                 .optional = file_optional,
                 .close = file_close},
    .group_cls = {.create = Forward<kGroup, &H5VL_group_class_t::create>::call,
                  .open = Forward<kGroup, &H5VL_group_class_t::open>::call,
                  .get = Forward<kGroup, &H5VL_group_class_t::get>::call,
                  .specific = group_specific,
                  .optional = group_optional,
                  .close = Close<kGroup>::call},
    .link_cls = {.create = link_create,
                 .copy = link_copy,
                 .move = link_move,
                 .get = link_get,
                 .specific = link_specific,
                 .optional = Forward<kLink, &H5VL_link_class_t::optional>::call},
    .object_cls = {.open = object_open,
                   .copy = object_copy,
                   .get = object_get,
                   .specific = object_specific,
                   .optional = object_optional},
    .introspect_cls = {.get_conn_cls = get_connector_class,
                       .get_cap_flags = get_capabilities,
                       .opt_query =
                           Forward<kIntrospection, &H5VL_introspect_class_t::opt_query>::call},
    .request_cls = {.wait = Forward<kRequest, &H5VL_request_class_t::wait>::call,
                    .notify = Forward<kRequest, &H5VL_request_class_t::notify>::call,
                    .cancel = Forward<kRequest, &H5VL_request_class_t::cancel>::call,
                    .specific = Forward<kRequest, &H5VL_request_class_t::specific>::call,
                    .optional = Forward<kRequest, &H5VL_request_class_t::optional>::call,
                    .free = request_free},
    .blob_cls = {.put = Forward<kBlob, &H5VL_blob_class_t::put>::call,
                 .get = Forward<kBlob, &H5VL_blob_class_t::get>::call,
                 .specific = Forward<kBlob, &H5VL_blob_class_t::specific>::call,
                 .optional = Forward<kBlob, &H5VL_blob_class_t::optional>::call},
    .token_cls = {.cmp = compare_tokens,
                  .to_str = Forward<kToken, &H5VL_token_class_t::to_str>::call,
                  .from_str = Forward<kToken, &H5VL_token_class_t::from_str>::call},
    .optional = generic_optional,
};

}  // namespace

const H5VL_class_t& connector_class_instance() { return kConnectorClass; }

}  // namespace h5pave
