#include "changed_shapes.h"

#include <H5VLnative.h>

#include <filesystem>
#include <stdexcept>

#include "dataset_names.h"
#include "dataset_registry.h"
#include "native_chunk_store.h"

namespace h5pave {

namespace {

bool is_same(const ShapeQuestion& a, const ShapeQuestion& b) {
  return a.policy == b.policy && a.filters == b.filters && a.gets_filters == b.gets_filters &&
         a.target_bytes == b.target_bytes && a.shape.element_bytes == b.shape.element_bytes &&
         a.shape.extent == b.shape.extent && a.shape.max_extent == b.shape.max_extent &&
         a.shape.chunk == b.shape.chunk && a.seen_extent == b.seen_extent && a.ranks == b.ranks &&
         a.access.text == b.access.text;
}

}  // namespace

const ShapeAdvice& ChangedShapes::advice(const ShapeQuestion& question) {
  for (const auto& [asked, advice] : advice_) {
    if (is_same(asked, question)) return advice;
  }
  if (advice_.size() >= kMostAdvice) advice_.pop_front();
  return advice_.emplace_back(question, advise_shape(question)).second;
}

std::vector<ChangedShapes::Key> ChangedShapes::keys_of(const Object& dataset) {
  const H5VL_class_t& native = dataset.context->under_class();
  const auto key = dataset_key(native, dataset.under);
  if (!key) return {};
  const std::string name = name_of(native, dataset.under, H5I_DATASET).file;
  std::error_code error;
  const auto path = std::filesystem::canonical(name, error);
  return {{"#" + std::to_string(key->file_number), key->token},
          {error ? name : path.string(), key->token}};
}

void ChangedShapes::note(const Object& dataset, const ShapeChange& change) {
  for (const Key& key : keys_of(dataset)) changes_.insert_or_assign(key, change);
}

std::optional<ShapeChange> ChangedShapes::take(const Object& dataset) {
  std::optional<ShapeChange> change;
  for (const Key& key : keys_of(dataset)) {
    if (const auto known = changes_.extract(key); !known.empty()) change = known.mapped();
  }
  return change;
}

void ChangedShapes::note_unchanged(const Object& dataset) {
  if (changes_.empty()) return;
  for (const Key& key : keys_of(dataset)) changes_.erase(key);
}

void ChangedShapes::check(const Object& dataset, int operation, const void* arguments) const {
  const bool writes = operation == H5VL_NATIVE_DATASET_CHUNK_WRITE;
  const bool reads = operation == H5VL_NATIVE_DATASET_CHUNK_READ;
  if (changes_.empty() || (!writes && !reads) || arguments == nullptr) return;
  auto known = changes_.end();
  for (const Key& key : keys_of(dataset)) {
    if (known == changes_.end()) known = changes_.find(key);
  }
  if (known == changes_.end()) return;
  const ShapeChange& change = known->second;
  RawChunkCall call;
  call.offset = {NativeChunkStore::raw_offset(arguments), change.given.size()};
  if (writes) {
    call.written_bytes = NativeChunkStore::written_bytes(arguments);
    call.filter_mask = NativeChunkStore::written_mask(arguments);
  }
  if (!is_meant_for_given(change, call)) throw std::runtime_error(refusal_text(change, call));
}

}  // namespace h5pave
