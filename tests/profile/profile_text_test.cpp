// The text form: what was written is read, and nothing else, however damaged, does harm.
#include "profile/profile_text.h"

#include <boost/test/unit_test.hpp>
#include <random>

namespace h5pave {

namespace {

AccessProfile sample() {
  RecordedAccess read;
  read.kind = AccessKind::kRead;
  read.lengths = {1, kWholeDimension};
  read.start = {7, 0};
  read.repeats = 32;
  read.calls = 11;
  read.begun = 2;
  read.followed = 3;
  read.aligned = 4;
  read.moved = 5;
  read.bytes_wanted = 1000;
  read.bytes_touched = 9000;
  read.seconds = 0.125;
  RecordedAccess write = read;
  write.kind = AccessKind::kWrite;
  RecordedDataset dataset;
  dataset.pattern = "/step_#/\"u\" <\xc3\xa9>";
  dataset.shape = {{20, 30}, {kUnlimited, 30}, {5, 30}, 8};
  dataset.filters = Filters::kSome;
  dataset.accesses = {read, write};
  RecordedDataset flat;
  flat.pattern = "/flat";
  flat.shape = {{20}, {20}, {}, 4};
  AccessProfile profile;
  profile.processes = 3;
  profile.left_out = 2;
  profile.datasets = {dataset, flat};
  return profile;
}

std::string fault_of(const std::string& text) {
  const auto parsed = parse_profile(text);
  const auto* const fault = std::get_if<ProfileFault>(&parsed);
  return fault == nullptr ? std::string() : fault->text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(profile_texts)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  const std::string text = profile_text(sample());
  const auto parsed = parse_profile(text);
  const auto* const profile = std::get_if<AccessProfile>(&parsed);
  BOOST_REQUIRE(profile != nullptr);
  BOOST_TEST(profile_text(*profile) == text);
  const RecordedDataset& dataset = profile->datasets.at(0);
  BOOST_TEST(dataset.pattern == sample().datasets[0].pattern);
  BOOST_TEST(dataset.shape.max_extent[0] == kUnlimited);
  BOOST_TEST(dataset.accesses.at(0).lengths[1] == kWholeDimension);
  BOOST_TEST(dataset.accesses.at(0).repeats == 32U);
  BOOST_TEST(dataset.accesses.at(0).seconds == 0.125);
  BOOST_TEST((dataset.accesses.at(1).kind == AccessKind::kWrite));
  BOOST_TEST(profile->datasets.at(1).shape.chunk.empty());
}

BOOST_AUTO_TEST_CASE(an_empty_profile_is_one) {
  BOOST_TEST(fault_of(profile_text(AccessProfile{})) == "");
}

BOOST_AUTO_TEST_CASE(other_texts_are_none) {
  for (const char* const text :
       {"", "{", "[]", "null", "hello", "{}", "{\"h5pave\": \"0.1.0\"}", "\x89HDF\r\n\x1a\n",
        "{\"h5pave_profile\":\"1\"}", "{\"h5pave_profile\":-1}"})
    BOOST_TEST(fault_of(text) == "is not a profile of h5pave", text);
  BOOST_TEST(fault_of(profile_text(sample()) + "x") == "is not a profile of h5pave");
}

BOOST_AUTO_TEST_CASE(newer_versions_are_named) {
  const std::string text =
      replaced(profile_text(sample()), "\"h5pave_profile\":1", "\"h5pave_profile\":2");
  BOOST_TEST(fault_of(text).starts_with("is a profile of version 2, which"));
}

BOOST_AUTO_TEST_CASE(wrong_values_are_named) {
  const std::string text = profile_text(sample());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"box\":\"1,*\"", "\"box\":\"1\""},
           {"\"box\":\"1,*\"", "\"box\":\"1,*,3\""},
           {"\"box\":\"1,*\"", "\"box\":\"0,*\""},
           {"\"box\":\"1,*\"", "\"box\":\"1,\""},
           {"\"box\":\"1,*\"", "\"box\":\"\""},
           {"\"box\":\"1,*\"", "\"box\":\"99999999999999999999,*\""},
           {"\"kind\":\"read\"", "\"kind\":\"look\""},
           {"\"repeats\":32", "\"repeats\":0"},
           {"\"start\":[7,0]", "\"start\":[7]"},
           {"\"calls\":11", "\"calls\":-11"},
           {"\"calls\":11", "\"calls\":1.5"},
           {"\"seconds\":0.125", "\"seconds\":-1"},
           {"\"seconds\":0.125", "\"seconds\":\"1\""},
           {"\"shape\":[20,30]", "\"shape\":[20]"},
           {"\"chunk\":[5,30]", "\"chunk\":[5,0]"},
           {"\"type_bytes\":8", "\"type_bytes\":0"},
           {"\"path\":\"/flat\"", "\"path\":\"/flat7\""},
           {"\"processes\":3", "\"processes\":null"},
           {"\"filtered\":true", "\"filtered\":1"}}) {
    BOOST_TEST(fault_of(replaced(text, from, to)).starts_with("is a damaged profile"),
               from << " -> " << to);
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_is_seen) {
  const std::string text = profile_text(sample());
  for (std::size_t length = 0; length + 1 < text.size(); ++length)
    BOOST_TEST(fault_of(text.substr(0, length)) != "", "cut to " << length);
}

BOOST_AUTO_TEST_CASE(deep_nesting_costs_no_memory) {
  BOOST_TEST(fault_of(std::string(kLongestProfile, '[')) == "is not a profile of h5pave");
  BOOST_TEST(fault_of("{\"h5pave_profile\":" + std::string(100000, '[') + "}") ==
             "is not a profile of h5pave");
}

BOOST_AUTO_TEST_CASE(texts_that_are_too_long_are_none) {
  BOOST_TEST(fault_of(profile_text(sample()) + std::string(kLongestProfile, ' ')) != "");
}

// Random damage: either a fault, or a profile that is within all limits and can be written again.
BOOST_AUTO_TEST_CASE(random_damage_does_no_harm) {
  const std::string good = profile_text(sample());
  std::mt19937 random(5);
  const auto below = [&](std::size_t most) { return random() % most; };
  constexpr std::string_view kPieces[] = {"[",
                                          "]",
                                          "{",
                                          "}",
                                          ",",
                                          ":",
                                          "\"",
                                          "*",
                                          "0",
                                          "-1",
                                          "1e999",
                                          "null",
                                          "18446744073709551615",
                                          "\xff",
                                          "\\u0000",
                                          "#"};
  std::size_t understood = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    for (std::size_t hits = 1 + below(3); hits > 0; --hits) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + below(20));
          break;
        case 2:
          text.insert(at, kPieces[below(std::size(kPieces))]);
          break;
        default:
          text.insert(at, good.substr(below(good.size()), below(200)));
      }
      if (text.empty()) text = "x";
    }
    const auto parsed = parse_profile(text);
    const auto* const profile = std::get_if<AccessProfile>(&parsed);
    if (profile == nullptr) continue;
    ++understood;
    BOOST_TEST_REQUIRE(profile->datasets.size() <= kMostRecordedDatasets);
    BOOST_TEST_REQUIRE(fault_of(profile_text(*profile)) == "");
    for (const RecordedDataset& dataset : profile->datasets)
      BOOST_TEST_REQUIRE(dataset.accesses.size() <= 2 * kMostBoxesPerKind);
  }
  BOOST_TEST(understood > 100U);  // digits that became other digits
}

BOOST_AUTO_TEST_CASE(the_largest_profile_is_short_enough_to_be_read) {
  AccessProfile profile;
  RecordedDataset dataset;
  const std::vector<std::uint64_t> lengths(32, 123456789012345678);
  dataset.shape = {lengths, lengths, lengths, 8};
  for (std::uint64_t i = 0; i < 2 * kMostBoxesPerKind; ++i) {
    RecordedAccess access;
    access.kind = i % 2 == 0 ? AccessKind::kRead : AccessKind::kWrite;
    access.lengths = lengths;
    access.lengths[0] += i;
    access.start = lengths;
    access.calls = access.bytes_wanted = ~std::uint64_t{0};
    dataset.accesses.push_back(access);
  }
  for (std::size_t i = 0; i < kMostRecordedDatasets; ++i) {
    dataset.pattern = "/" + std::string(i + 1, 'a');
    profile.datasets.push_back(dataset);
  }
  const std::string text = profile_text(profile);
  BOOST_TEST(text.size() <= kLongestProfile);
  const auto parsed = parse_profile(text);
  const auto* const read = std::get_if<AccessProfile>(&parsed);
  BOOST_REQUIRE(read != nullptr);
  BOOST_TEST(read->datasets.size() + read->left_out == kMostRecordedDatasets);
  BOOST_TEST(read->left_out > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace h5pave
