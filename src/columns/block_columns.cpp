// SPDX-License-Identifier: Apache-2.0
// Words and numbers of columns to keys. Entries: block_columns::read, keys_of. Covered by
// tests/unit/columns/batch_test.cpp and tests/property/agreement.cpp.
#include "columns/block_columns.hpp"

#include <tuple>
#include <utility>

#include "match/row_values.hpp"

namespace pricepoint::engine {

namespace {

using detail::int128;

// floor(value * 10^digits), held within 64 bits, and whether it is whole.
std::pair<std::int64_t, bool> floor_of(const decimal& value, int digits) {
  const fraction units = fraction::minor_units(value, digits);
  const int128 below = detail::divide(units.numerator, units.denominator, rounding::down);
  const bool whole = below * units.denominator == units.numerator;
  return {static_cast<std::int64_t>(std::clamp<int128>(below, INT64_MIN, INT64_MAX)), whole};
}

bool is_time(std::int64_t unix_ms) { return unix_ms >= first_instant.unix_ms && unix_ms <= last_instant.unix_ms; }

}  // namespace

std::optional<std::int64_t> units_of(const decimal& value, int digits) {
  const auto [floor, whole] = floor_of(value, digits);
  if (!whole || floor == INT64_MIN || floor == INT64_MAX) return {};
  return floor;
}

std::uint64_t block_columns::part_of(const words& of, std::string_view word) const {
  using what = enum words::what;
  if (of.as == what::market || of.as == what::channel) {
    if (word.empty()) return bad_key;
    const auto found = of.as == what::market ? machine_->find_market(word) : machine_->find_channel(word);
    return found ? *found * of.stride : bad_key;
  }
  if (word.empty()) return absent_code * of.stride;
  if (of.as == what::category) return machine_->category_code(of.place, word) * of.stride;
  if (of.as == what::listed) {
    const std::vector<std::string>& listed = *machine_->attributes()[of.attribute].words;
    if (!std::binary_search(listed.begin(), listed.end(), word)) return bad_key;
    if (of.stride == 0) return 0;
  }
  const dictionary& known = machine_->words(of.place);
  const auto found = known.find(word);
  return (found == known.end() ? other_code : found->second) * of.stride;
}

std::uint64_t block_columns::part_of(const number& of, std::int64_t value) const {
  if (value == absent_value) return of.if_absent;
  if ((of.positive && value <= 0) || value > most_number || value < -most_number) return bad_key;
  return static_cast<std::uint64_t>(of.codes[of.changes.count_to(value)]) * of.stride;
}

// As part_of, of many, added to their keys.
void block_columns::add_units(const number& of, std::span<const std::int64_t> values, std::uint64_t* keys) {
  constexpr std::size_t width = lane_operations::width;
  std::int64_t last[width] = {};
  std::int32_t segment[width];
  for (std::size_t begin = 0; begin < values.size(); begin += width) {
    const std::size_t n = std::min(width, values.size() - begin);
    const std::int64_t* from = values.data() + begin;
    if (padded(n) != n) from = std::copy_n(from, n, last) - n;
    find_segments(of.changes, from, segment, n);
    lanes().add_numbers(keys + begin, from, segment,
                        {.codes = of.codes.data(),
                         .stride = of.stride,
                         .if_absent = of.if_absent,
                         .bad = bad_key,
                         .least = of.positive ? 1 : -most_number,
                         .most = most_number},
                        n);
  }
}

// Text of any number of decimals, compared exactly.
std::uint64_t block_columns::part_of(const number& of, std::string_view text) const {
  if (text.empty()) return of.if_absent;
  const auto value = parse_decimal(text);
  if (!value || (of.positive && value->sign() <= 0)) return bad_key;
  if (of.stride == 0) return 0;
  const auto& thresholds = machine_->key_parts()[*of.place].thresholds;
  const auto at = std::lower_bound(thresholds.begin(), thresholds.end(), *value);
  const bool equal = at != thresholds.end() && *at == *value;
  return (first_code + 2 * static_cast<std::uint64_t>(at - thresholds.begin()) + (equal ? 1 : 0)) * of.stride;
}

// As part_of, of many.
void block_columns::parts_of(const words& of, std::span<const std::string_view> all, std::uint64_t* out) const {
  if (of.as != words::what::word) {
    for (const std::string_view one : all) *out++ = part_of(of, one);
    return;
  }
  std::uint32_t codes[256];
  for (std::size_t begin = 0; begin < all.size(); begin += std::size(codes)) {
    const auto some = all.subspan(begin, std::min(std::size(codes), all.size() - begin));
    machine_->words(of.place).find_all(some, other_code, codes);
    for (std::size_t i = 0; i < some.size(); ++i) *out++ = (some[i].empty() ? absent_code : codes[i]) * of.stride;
  }
}

bool block_columns::add_words(const text_column& from, words::what as, std::uint32_t place, std::uint32_t attribute,
                              std::uint64_t stride) {
  words made{.from = &from, .as = as, .place = place, .attribute = attribute, .stride = stride, .parts = {}};
  switch (from.kind()) {
    case text_column::layout::absent:
    case text_column::layout::same: {
      const std::uint64_t part = part_of(made, from.at(0));
      same_ += part;
      return part < bad_key;
    }
    case text_column::layout::codes:
      // A dictionary of more words than rows would cost more to translate than the rows themselves.
      if (from.codes().size() >= rows->rows && from.values().size() <= std::max<std::size_t>(1024, rows->rows)) {
        made.parts.resize(from.values().size() + 1);
        parts_of(made, from.values(), made.parts.data());
        made.parts.back() = part_of(made, {});
      }
      break;
    case text_column::layout::views:
      break;
  }
  words_.push_back(std::move(made));
  return true;
}

bool block_columns::add_number(const number_column& from, std::optional<std::uint32_t> place, std::uint64_t stride,
                               bool positive) {
  number made;
  made.from = from;
  made.place = place;
  made.stride = stride;
  made.positive = positive;
  if (place) {
    const int digits = from.kind() == number_column::layout::scaled ? from.scale() : 0;
    std::vector<std::int64_t> changes;
    made.codes = {static_cast<std::int32_t>(first_code)};
    const auto change = [&](std::int64_t at, std::size_t code) {
      // Between thresholds with no whole number in between, the last one counts.
      if (!changes.empty() && changes.back() >= at) {
        made.codes.back() = static_cast<std::int32_t>(code);
        return;
      }
      changes.push_back(at);
      made.codes.push_back(static_cast<std::int32_t>(code));
    };
    std::size_t code = first_code;
    for (const decimal& threshold : machine_->key_parts()[*place].thresholds) {
      const auto [floor, whole] = floor_of(threshold, digits);
      if (whole) change(floor, code + 1);
      code += 2;
      if (floor < INT64_MAX) change(floor + 1, code);
    }
    made.changes = detail::segment_index(std::move(changes));
    // A quantity that is not given is one piece.
    if (positive) made.if_absent = part_of(made, detail::powers_of_ten[static_cast<std::size_t>(digits)]);
  }
  if (!place) made.codes = {0};
  if (is_absent(from)) {
    same_ += made.if_absent;
    return made.if_absent < bad_key;
  }
  numbers_.push_back(std::move(made));
  return true;
}

bool block_columns::read(const policy& with, const request_columns& from, std::span<const std::uint64_t> strides) {
  machine_ = &engine::machine_of(with);
  rows = &from;
  same_ = 0;
  words_.clear();
  numbers_.clear();
  moneys.clear();
  checked_.clear();
  times_.clear();
  unusual_.clear();
  unusual_texts_.clear();
  at_ = nullptr;
  at_stride_ = machine_->reads_time() ? strides[integer_planner::time_place] : 0;
  using what = enum words::what;
  const auto& parts = machine_->key_parts();
  const auto stride_of = [&](std::size_t part) { return strides[integer_planner::first_part + part]; };

  if (!add_words(from.market, what::market, 0, 0, strides[integer_planner::market_place]) ||
      !add_words(from.channel, what::channel, 0, 0, strides[integer_planner::channel_place])) {
    return false;
  }
  if (machine_->reads_time() && !is_absent(from.at_unix_ms)) {
    at_ = &from.at_unix_ms;
    boundaries_ = detail::segment_index(machine_->boundaries());
  }
  if (at_ == nullptr && !is_absent(from.at_unix_ms)) at_ = &from.at_unix_ms;  // what is no time is said
  bool asks_quantity = false;
  for (std::uint32_t part = 0; part < parts.size(); ++part) {
    const text_column* text = nullptr;
    what as = what::word;
    switch (parts[part].what) {
      case key_part::kind::sku:
        text = &from.sku;
        break;
      case key_part::kind::segment:
        text = &from.segment;
        break;
      case key_part::kind::audience:
        text = &from.audience;
        break;
      case key_part::kind::category:
        text = &from.category;
        as = what::category;
        break;
      case key_part::kind::quantity:
        asks_quantity = true;
        if (!add_number(from.quantity, part, stride_of(part), true)) return false;
        break;
      case key_part::kind::word_attribute:
      case key_part::kind::text_attribute:
      case key_part::kind::number_attribute:
        break;  // below
    }
    if (text != nullptr && !add_words(*text, as, part, 0, stride_of(part))) return false;
  }
  if (!asks_quantity && !is_absent(from.quantity) && !add_number(from.quantity, {}, 0, true)) return false;

  std::vector<bool> seen(machine_->attributes().size());
  for (const request_columns::attribute_column& one : from.attributes) {
    const auto attribute = machine_->find_attribute(one.name);
    if (!attribute) continue;
    if (seen[*attribute]) return false;
    seen[*attribute] = true;
    const auto key = machine_->attribute_key(*attribute);
    const std::uint64_t stride = key ? stride_of(*key) : 0;
    using kind = enum attribute_terms::kind;
    const kind is = machine_->attributes()[*attribute].what;
    if (is == kind::words || is == kind::text) {
      if (!is_absent(one.number)) return false;
      if (is == kind::text && !key) continue;
      if (!add_words(one.text, is == kind::words ? what::listed : what::word, key.value_or(0), *attribute, stride)) {
        return false;
      }
      continue;
    }
    const bool has_text = one.text.kind() != text_column::layout::absent;
    if (has_text && !is_absent(one.number)) return false;
    const number_column values = has_text ? number_column::text(one.text) : one.number;
    if (is_absent(values)) continue;
    if (is == kind::number) {
      if (!add_number(values, key, stride, false)) return false;
    } else {
      const std::uint32_t slot = machine_->attribute_slot(*attribute);
      moneys.push_back({slot, values, machine_->net_slot(slot) ? 0 : 1});
    }
  }

  for (const auto& [slot, column] :
       {std::pair{slot::list, &from.list}, std::pair{slot::msrp, &from.msrp}, std::pair{slot::map, &from.map},
        std::pair{slot::current, &from.current}, std::pair{slot::lowest_prior, &from.lowest_prior},
        std::pair{slot::cost, &from.cost}, std::pair{slot::shipping, &from.shipping}}) {
    if (!is_absent(*column)) moneys.push_back({slot, *column, machine_->net_slot(slot) ? 0 : 1});
  }
  std::vector<bool> priced(machine_->channels().size());
  for (const request_columns::price_column& one : from.prices) {
    const auto channel = machine_->find_channel(one.channel);
    if (!channel) {
      if (is_text(one.value)) checked_.push_back({one.value, true});
      continue;
    }
    if (priced[*channel]) return false;
    priced[*channel] = true;
    moneys.push_back({machine_->channel_slot(*channel), one.value, 1});
  }

  if (!is_absent(from.units)) checked_.push_back({from.units, false});
  if (is_text(from.current_since_unix_ms)) {
    unusual_texts_.push_back(&from.current_since_unix_ms.texts());
  } else if (!is_absent(from.current_since_unix_ms)) {
    times_.push_back(from.current_since_unix_ms);
  }
  for (const number_column* one : {&from.tax_e8, &from.fee_e8}) {
    if (is_absent(*one)) continue;
    if (is_text(*one)) {
      unusual_texts_.push_back(&one->texts());
    } else {
      unusual_.push_back(one);
    }
  }
  if (from.currency.kind() != text_column::layout::absent) unusual_texts_.push_back(&from.currency);
  combine(from.rows);
  return words_.size() + numbers_.size() + checked_.size() + times_.size() + unusual_.size() + unusual_texts_.size() <
         max_sources;
}

// A table of all combinations costs as much as that many rows.
void block_columns::combine(std::size_t count) {
  combined_.clear();
  const std::size_t most = std::min(max_combined, count / 4);
  for (const words& one : words_) {
    if (one.parts.empty()) continue;
    if (combined_.empty() || combined_.back().columns.size() == lane_operations::max_coded ||
        combined_.back().parts.size() * one.parts.size() > most) {
      combined_.push_back({{&one}, one.parts});
      continue;
    }
    combined& to = combined_.back();
    std::vector<std::uint64_t> sums;
    sums.reserve(to.parts.size() * one.parts.size());
    for (const std::uint64_t part : one.parts) {
      for (const std::uint64_t other : to.parts) sums.push_back(other + part);
    }
    to.parts = std::move(sums);
    to.columns.push_back(&one);
  }
}

void block_columns::keys_of(std::size_t first, std::size_t count, std::uint64_t* keys) const {
  std::fill_n(keys, count, same_);
  for (const combined& all : combined_) {
    lane_operations::coded coded[lane_operations::max_coded];
    std::uint32_t stride = 1;
    for (std::size_t i = 0; i < all.columns.size(); ++i) {
      const auto known = static_cast<std::uint32_t>(all.columns[i]->parts.size() - 1);
      coded[i] = {all.columns[i]->from->codes().data() + first, known, stride};
      stride *= known + 1;
    }
    lanes().add_codes(keys, coded, all.columns.size(), all.parts.data(), count);
  }
  for (const words& one : words_) {
    if (!one.parts.empty()) continue;
    if (one.as == words::what::word && one.from->kind() == text_column::layout::views &&
        one.from->values().size() >= first + count && machine_->words(one.place).size() > many_words) {
      std::uint64_t parts[256];
      for (std::size_t begin = 0; begin < count; begin += std::size(parts)) {
        const std::size_t n = std::min(std::size(parts), count - begin);
        parts_of(one, one.from->values().subspan(first + begin, n), parts);
        for (std::size_t i = 0; i < n; ++i) keys[begin + i] += parts[i];
      }
      continue;
    }
    std::string_view last;
    std::uint64_t part = part_of(one, {});
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view word = one.from->at(first + i);
      if (word != last) {
        last = word;
        part = part_of(one, word);
      }
      keys[i] += part;
    }
  }
  for (const number& one : numbers_) {
    if (is_text(one.from)) {
      for (std::size_t i = 0; i < count; ++i) keys[i] += part_of(one, one.from.texts().at(first + i));
    } else if (one.from.values().size() >= first + count) {
      add_units(one, one.from.values().subspan(first, count), keys);
    } else {
      for (std::size_t i = 0; i < count; ++i) keys[i] += part_of(one, one.from.at(first + i));
    }
  }
  if (at_ != nullptr) add_times(first, count, keys);
  for (const checked& one : checked_) {
    for (std::size_t i = 0; i < count; ++i) {
      if (is_text(one.from)) {
        const std::string_view text = one.from.texts().at(first + i);
        if (text.empty()) continue;
        const auto value = parse_decimal(text);
        if (!value || (!one.may_be_negative && value->sign() < 0)) keys[i] += bad_key;
      } else {
        const std::int64_t value = one.from.at(first + i);
        if (value == absent_value || one.may_be_negative) continue;
        if (value < 0 || value > most_number) keys[i] += bad_key;
      }
    }
  }
  for (const number_column& one : times_) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = one.at(first + i);
      if (at != absent_value && !is_time(at)) keys[i] += bad_key;
    }
  }
  for (const number_column* one : unusual_) {
    for (std::size_t i = 0; i < count; ++i) {
      if (one->at(first + i) != absent_value) keys[i] += bad_key;
    }
  }
  for (const text_column* one : unusual_texts_) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!one->at(first + i).empty()) keys[i] += bad_key;
    }
  }
}

// Rows side by side often have one time.
void block_columns::add_times(std::size_t first, std::size_t count, std::uint64_t* keys) const {
  const auto part_at = [&](std::int64_t at) {
    return at_stride_ == 0 ? 0 : (first_code + boundaries_.count_to(at)) * at_stride_;
  };
  if (!is_text(*at_)) {
    std::int64_t last = absent_value;
    std::uint64_t part = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = at_->at(first + i);
      if (at != last) {
        last = at;
        part = at == absent_value ? 0 : !is_time(at) ? bad_key : part_at(at);
      }
      keys[i] += part;
    }
    return;
  }
  std::string_view last;
  std::uint64_t part = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view text = at_->texts().at(first + i);
    if (text != last) {
      last = text;
      part = 0;
      if (!text.empty()) {
        const auto read = parse_instant(text);
        part = !read ? bad_key : part_at(read->unix_ms);
      }
    }
    keys[i] += part;
  }
}

}  // namespace pricepoint::engine
