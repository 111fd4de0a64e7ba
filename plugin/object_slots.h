// The link, group, object and request callbacks that unwrap more than one object, and the wrap and
// introspection callbacks. Thread rule: as libhdf5's callbacks.
#pragma once

#include <hdf5.h>

namespace h5pave {

// Wrapping: how libhdf5 turns an object below into one of ours inside iterations.
void* get_object(const void* object) noexcept;
herr_t get_wrap_context(const void* object, void** wrap_context) noexcept;
void* wrap_object(void* under, H5I_type_t type, void* wrap_context) noexcept;
void* unwrap_object(void* object) noexcept;
herr_t free_wrap_context(void* wrap_context) noexcept;

herr_t group_specific(void* object, H5VL_group_specific_args_t* args, hid_t dxpl_id,
                      void** request) noexcept;

herr_t link_create(H5VL_link_create_args_t* args, void* object, const H5VL_loc_params_t* location,
                   hid_t lcpl_id, hid_t lapl_id, hid_t dxpl_id, void** request) noexcept;
herr_t link_copy(void* source, const H5VL_loc_params_t* source_location, void* target,
                 const H5VL_loc_params_t* target_location, hid_t lcpl_id, hid_t lapl_id,
                 hid_t dxpl_id, void** request) noexcept;
herr_t link_move(void* source, const H5VL_loc_params_t* source_location, void* target,
                 const H5VL_loc_params_t* target_location, hid_t lcpl_id, hid_t lapl_id,
                 hid_t dxpl_id, void** request) noexcept;

herr_t link_get(void* object, const H5VL_loc_params_t* location, H5VL_link_get_args_t* args,
                hid_t dxpl_id, void** request) noexcept;

herr_t group_optional(void* object, H5VL_optional_args_t* args, hid_t dxpl_id,
                      void** request) noexcept;

herr_t object_get(void* object, const H5VL_loc_params_t* location, H5VL_object_get_args_t* args,
                  hid_t dxpl_id, void** request) noexcept;
void* object_open(void* object, const H5VL_loc_params_t* location, H5I_type_t* opened_type,
                  hid_t dxpl_id, void** request) noexcept;
herr_t object_copy(void* source, const H5VL_loc_params_t* source_location, const char* source_name,
                   void* target, const H5VL_loc_params_t* target_location, const char* target_name,
                   hid_t ocpypl_id, hid_t lcpl_id, hid_t dxpl_id, void** request) noexcept;

herr_t object_specific(void* object, const H5VL_loc_params_t* location,
                       H5VL_object_specific_args_t* args, hid_t dxpl_id, void** request) noexcept;
herr_t object_optional(void* object, const H5VL_loc_params_t* location, H5VL_optional_args_t* args,
                       hid_t dxpl_id, void** request) noexcept;

herr_t link_specific(void* object, const H5VL_loc_params_t* location,
                     H5VL_link_specific_args_t* args, hid_t dxpl_id, void** request) noexcept;

herr_t get_connector_class(void* object, H5VL_get_conn_lvl_t level,
                           const H5VL_class_t** connector_class) noexcept;
herr_t get_capabilities(const void* info, std::uint64_t* flags) noexcept;

herr_t compare_tokens(void* object, const H5O_token_t* token1, const H5O_token_t* token2,
                      int* order) noexcept;
herr_t generic_optional(void* object, H5VL_optional_args_t* args, hid_t dxpl_id,
                        void** request) noexcept;

herr_t request_free(void* request) noexcept;

}  // namespace h5pave
