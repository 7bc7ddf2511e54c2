// SPDX-License-Identifier: Apache-2.0
// Columns in, decisions out, a block at a time: see blocks.hpp. Entries: block_memory::begin, decide. Covered by
// tests/unit/engine/batch_test.cpp and tests/property/agreement.cpp.
#include "engine/blocks.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/row_values.hpp"

namespace pricepoint::engine {

namespace {

using detail::int128;

bool is_text(const number_column& of) { return of.kind() == number_column::layout::text; }
bool is_absent(const number_column& of) { return of.kind() == number_column::layout::absent; }

// floor(value * 10^digits), held within 64 bits, and whether it is whole.
std::pair<std::int64_t, bool> floor_of(const decimal& value, int digits) {
  const fraction units = fraction::minor_units(value, digits);
  const int128 below = detail::divide(units.numerator, units.denominator, rounding::down);
  const bool whole = below * units.denominator == units.numerator;
  return {static_cast<std::int64_t>(std::clamp<int128>(below, INT64_MIN, INT64_MAX)), whole};
}

// A decimal in units of 10^-digits; nothing where it is no whole number of them, or has more than 64 bits.
std::optional<std::int64_t> units_of(const decimal& value, int digits) {
  const auto [floor, whole] = floor_of(value, digits);
  if (!whole || floor == INT64_MIN || floor == INT64_MAX) return {};
  return floor;
}

// Numbers from 10^15 on are invalid, amounts of just as many minor units only where the currency has no smaller ones.
constexpr std::int64_t most_number = max_amount_minor - 1;

// What loops over columns may write.
constexpr std::size_t padded(std::size_t n) { return (n + 15) & ~std::size_t{15}; }

// The segments of `n` values of a column with room for loops.
void find_segments(const detail::segment_index& among, const std::int64_t* values, std::int32_t* segments,
                   std::size_t n) {
  if (among.size() == 0) {
    std::fill_n(segments, padded(n), 0);
    return;
  }
  lanes().count_to(segments, values, among.as_parts<lane_operations::cut_index>(), n);
  for (std::size_t j = 0; j < n; ++j) {
    if (segments[j] < 0) segments[j] = static_cast<std::int32_t>(among.count_to(values[j]));
  }
  std::fill(segments + n, segments + padded(n), 0);
}

}  // namespace

// ---- columns

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
    const auto& listed = machine_->document().attributes[of.attribute].words;
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
  machine_ = &with.machine();
  rows = &from;
  same_ = 0;
  words_.clear();
  numbers_.clear();
  moneys.clear();
  checked_.clear();
  unusual_.clear();
  unusual_texts_.clear();
  at_ = nullptr;
  at_stride_ = machine_->boundaries().empty() ? 0 : strides[linear_memory::time_place];
  using what = enum words::what;
  const auto& parts = machine_->key_parts();
  const auto stride_of = [&](std::size_t part) { return strides[linear_memory::first_part + part]; };

  if (!add_words(from.market, what::market, 0, 0, strides[linear_memory::market_place]) ||
      !add_words(from.channel, what::channel, 0, 0, strides[linear_memory::channel_place])) {
    return false;
  }
  if (!machine_->boundaries().empty() && !is_absent(from.at_unix_ms)) {
    at_ = &from.at_unix_ms;
    boundaries_ = detail::segment_index(machine_->boundaries());
  }
  if (at_ == nullptr && is_text(from.at_unix_ms)) at_ = &from.at_unix_ms;  // what is no time is said
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

  std::vector<bool> seen(machine_->document().attributes.size());
  for (const request_columns::attribute_column& one : from.attributes) {
    const auto attribute = machine_->find_attribute(one.name);
    if (!attribute) continue;
    if (seen[*attribute]) return false;
    seen[*attribute] = true;
    const auto key = machine_->attribute_key(*attribute);
    const std::uint64_t stride = key ? stride_of(*key) : 0;
    using kind = enum language::attribute::kind;
    const kind is = machine_->document().attributes[*attribute].kind;
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
  std::vector<bool> priced(machine_->document().channels.size());
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
  if (is_text(from.current_since_unix_ms)) unusual_texts_.push_back(&from.current_since_unix_ms.texts());
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
  return words_.size() + numbers_.size() + checked_.size() + unusual_.size() + unusual_texts_.size() < max_sources;
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
        if (value < 0 && value != absent_value && !one.may_be_negative) keys[i] += bad_key;
      }
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
  const auto part_at = [&](std::int64_t at) { return (first_code + boundaries_.count_to(at)) * at_stride_; };
  if (!is_text(*at_)) {
    std::int64_t last = absent_value;
    std::uint64_t part = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = at_->at(first + i);
      if (at != last) {
        last = at;
        part = at == absent_value ? 0 : part_at(at);
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
        part = !read ? bad_key : at_stride_ == 0 ? 0 : part_at(read->unix_ms);
      }
    }
    keys[i] += part;
  }
}

// ---- what is remembered

block_memory::block_memory(workspace& memory, linear_memory& linear) : memory_(memory), linear_(linear) {
  lanes_ = &lanes();
  decided_.resize(max_rows);
  status_.resize(max_rows);
  for (auto* one : {&limited_of_, &relaxed_of_, &kind_, &order_}) one->resize(max_rows);
  for (auto* one : {&price_of_, &target_of_}) one->resize(max_rows);
  plan_.resize(max_rows);
  keys_.resize(max_rows);
  const std::size_t slots = linear.value_count();
  values_.resize(slots, column(width));
  absent_.resize(slots, column(width));
  v_.resize(slots);
  m_.resize(slots);
  have_.resize(slots);
  source_.resize(slots);
  kernel_values_.resize(slots);
  zeros_.assign(width, 0);
  ones_.assign(width, -1);
  lowest_most_.assign(width, INT64_MIN);
  highest_most_.assign(width, INT64_MAX);
  for (column* one : {&few_targets_, &bad_, &base_, &part_, &mask_a_, &mask_b_, &mask_c_, &mask_skip_, &end_, &at_,
                      &lowest_, &highest_, &limited_, &unused_}) {
    one->resize(width);
  }
  for (column32* one :
       {&segment_, &program_here_, &member_, &table_, &variant_, &variant_here_, &unknown_, &price_, &concluded_,
        &relaxed_, &floor_, &ceiling_, &doubled_, &low_, &high_, &kept_low_, &kept_high_}) {
    one->resize(width);
  }
  soft_low_.resize(max_soft, column32(width));
  soft_high_.resize(max_soft, column32(width));
  without_.resize(width);
  place_.resize(width);
  for (column32& one : few_) one.resize(width);
  forget();
}

void block_memory::forget() {
  kinds_by_key_.clear();
  kinds_.assign(1, {});
  hot_ = {{0}, {0}, {0}, {0}, {no_group}, {0}, false};
  places_.clear();
  forms_.clear();
  members_.clear();
  kernel_kinds_ = false;
  sets_.clear();
  names_.clear();
  ++naming_;
  kinds_dense_.clear();
  pool_.clear();
  pooled_.clear();
  std::fill(table_.begin(), table_.end(), 0);  // lanes that mean nothing look into the pool too
  if (linear_.key_space() <= max_dense) kinds_dense_.resize(static_cast<std::size_t>(linear_.key_space()) + 1);
}

bool block_memory::begin(const policy& with, const request_columns& of) {
  if (!linear_.usable() || linear_.key_space() >= block_columns::bad_key) return false;
  policy_ = &with;
  lanes_ = &lanes();
  if (!columns_.read(with, of, linear_.strides())) return false;
  std::fill(source_.begin(), source_.end(), -1);
  for (std::size_t i = 0; i < columns_.moneys.size(); ++i) {
    source_[columns_.moneys[i].slot] = static_cast<std::int32_t>(i);
  }
  names_.clear();
  ++naming_;
  money_.assign(columns_.moneys.size(), nullptr);
  if (converted_.size() < money_.size()) converted_.resize(money_.size(), column(max_rows));
  ahead_.begin(of.rows);
  for (const block_columns::money& one : columns_.moneys) {
    if (one.from.kind() == number_column::layout::units)
      ahead_.add(one.from.values().data(), sizeof(std::int64_t), width);
  }
  columns_.each_coded(
      [&](std::span<const std::int32_t> codes) { ahead_.add(codes.data(), sizeof codes[0], max_rows); });
  ahead_.keep();
  return true;
}

void block_memory::bind(std::size_t row) {
  request_of_row(*policy_, *columns_.rows, row, asked_, unreadable_);
  memory_.bind(asked_);
  memory_.also_invalid(unreadable_);
}

std::uint32_t block_memory::kind_of(std::size_t row, std::uint64_t key) {
  if (!kinds_dense_.empty()) {
    if (const std::uint32_t known = kinds_dense_[static_cast<std::size_t>(key)]; known != unknown) return known;
  } else if (const auto known = kinds_by_key_.find(key); known != kinds_by_key_.end()) {
    return known->second;
  }
  bind(row);
  // The kind is known only by a request that can be decided.
  if (!memory_.invalid().empty() || !memory_.missing().empty() || !memory_.bound().usual) return unknown;
  const auto number = static_cast<std::uint32_t>(kinds_.size());
  kind_facts made;
  std::uint32_t group = no_group;
  std::int64_t factor = 0;
  std::int64_t offset = 0;
  made.cell = linear_.share_bound();
  const int digits = memory_.bound().currency.digits();
  if (made.cell->fits) {
    made.discounts = sets_.number(*made.cell->discounts);
    std::tie(made.form, made.member) = member_of(made.cell->body);
    group = forms_[made.form].fits ? first_form + made.form : kernel_group;
    kernel_kinds_ = kernel_kinds_ || group == kernel_group;
    factor = made.cell->factor;
    offset = made.cell->offset;
  }
  const auto [place, added] =
      places_.try_emplace({factor, offset, made.member, group, digits}, static_cast<std::uint32_t>(hot_.group.size()));
  if (added) {
    hot_.factor.push_back(factor);
    hot_.offset.push_back(offset);
    hot_.some_offset = hot_.some_offset || offset != 0;
    hot_.member.push_back(static_cast<std::int32_t>(made.member));
    hot_.group.push_back(group);
    hot_.digits.push_back(static_cast<std::uint8_t>(digits));
  }
  hot_.place.push_back(place->second);
  kinds_.push_back(std::move(made));
  if (!kinds_dense_.empty()) {
    kinds_dense_[static_cast<std::size_t>(key)] = number;
  } else {
    kinds_by_key_.emplace(key, number);
  }
  return number;
}

namespace {

bool same_sums(const linear_body& a, const linear_body& b) {
  return a.bases == b.bases && a.base_scale == b.base_scale && a.target_scale.value() == b.target_scale.value() &&
         a.of == b.of && a.reference_slots == b.reference_slots && a.shipping_is_free == b.shipping_is_free &&
         a.value_bits == b.value_bits && a.most_base == b.most_base && a.most_target == b.most_target;
}

}  // namespace

// The form of a body of the bound kind, and its place there.
std::pair<std::uint32_t, std::uint32_t> block_memory::member_of(const std::shared_ptr<linear_body>& body) {
  const auto [known, added] = members_.try_emplace(body.get());
  if (!added) return known->second;
  std::uint32_t number = 0;
  const auto searched = static_cast<std::uint32_t>(std::min(forms_.size(), max_forms_searched));
  while (number < searched &&
         !(body->cuts.size() <= few && forms_[number].cuts <= few && forms_[number].members.size() < max_members &&
           same_sums(forms_[number].body(), *body))) {
    ++number;
  }
  if (number == searched) {
    number = static_cast<std::uint32_t>(forms_.size());
    form& made = forms_.emplace_back();
    made.value_bits = body->value_bits;
    const std::int64_t scale = body->target_scale.value();
    made.fits = scale <= narrow_divisor::most;
    if (made.fits) made.target_scale = narrow_divisor(scale);
    for (const linear_body::base& one : body->bases) {
      made.base_slots.insert(made.base_slots.end(), one.amount.slot, one.amount.slot + std::max(1u, one.amount.terms));
    }
  }
  add_member(forms_[number], body);
  return known->second = {number, static_cast<std::uint32_t>(forms_[number].members.size() - 1)};
}

void block_memory::add_member(form& to, const std::shared_ptr<linear_body>& body) const {
  const std::size_t before = to.members.size();
  to.members.push_back({body, price_terms(memory_.bound()), memory_.bound().currency});
  const std::size_t cuts = std::max(to.cuts, body->cuts.size());
  if (cuts > few) to.only_cuts = detail::segment_index(body->cuts);
  if (cuts != to.cuts || before == 0) {
    // Places for more segments of every member.
    const auto spread = [&](auto& numbers, auto otherwise) {
      auto made = std::decay_t<decltype(numbers)>(before * (cuts + 1), otherwise);
      for (std::size_t member = 0; member < before; ++member)
        std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(member * to.stride), to.stride,
                    made.begin() + static_cast<std::ptrdiff_t>(member * (cuts + 1)));
      numbers = std::move(made);
    };
    spread(to.program_of, no_program);
    spread(to.tables, std::int32_t{0});
    spread(to.variant_of, std::int32_t{0});
  }
  // Segments that a member has not are never asked for.
  to.segments += body->cuts.size() + 1;
  to.program_of.insert(to.program_of.end(), body->cuts.size() + 1, unmade);
  to.program_of.resize((before + 1) * (cuts + 1), no_program);
  to.tables.resize(to.program_of.size(), 0);
  to.variant_of.resize(to.program_of.size(), 0);
  to.same_cuts = before == 0 || (to.same_cuts && body->cuts == to.members[0].of->cuts);
  const bool more_room = to.cut_room < to.members.size();
  if (cuts != to.cuts || more_room) {
    if (more_room) to.cut_room = 2 * to.members.size();
    to.cut_values.assign(cuts * to.cut_room, INT64_MAX);
    for (std::size_t member = 0; member < before; ++member) add_cuts(to, member);
  }
  add_cuts(to, before);
  to.cuts = cuts;
  to.stride = cuts + 1;
}

void block_memory::add_cuts(form& to, std::size_t member) {
  const auto& of = to.members[member].of->cuts;
  for (std::size_t cut = 0; cut < of.size(); ++cut) to.cut_values[cut * to.cut_room + member] = of[cut];
}

// False where the row cannot show it: another field of it is no value.
bool block_memory::learn_plan(form& of, std::uint32_t kind, std::size_t row, std::size_t segment) {
  linear_cell& cell = *kinds_[kind].cell;
  const std::size_t of_body = segment % of.stride;
  if (cell.body->plans[of_body] == nullptr) {
    bind(row);
    if (!memory_.invalid().empty() || !memory_.missing().empty()) return false;
    linear_.make_plan(cell, of_body);
  }
  learn_program(of, *cell.body->plans[of_body], segment);
  of.of_first += of.program_of[segment] == 0 ? 1 : 0;
  return true;
}

void block_memory::learn_program(form& of, linear_plan& plan, std::size_t segment) {
  of.program_of[segment] = no_program;
  if (!plan.fits || plan.table == nullptr || !plan.full->soft_shapes.empty() || plan.soft.size() > max_soft ||
      plan.limited.rules() > max_rules || plan.scale.value() > narrow_divisor::most) {
    return;
  }
  const std::optional<std::int32_t> table = pooled(*plan.table);
  if (!table) return;
  of.tables[segment] = *table;
  of.value_bits = std::min(of.value_bits, plan.value_bits);
  const auto found = std::find_if(of.programs.begin(), of.programs.end(),
                                  [&](const program& one) { return one.plan->same_but_constants(plan); });
  if (found != of.programs.end()) {
    const std::optional<std::int32_t> variant = variant_in(*found, plan);
    if (!variant) return;
    of.program_of[segment] = static_cast<std::int32_t>(found - of.programs.begin());
    of.variant_of[segment] = *variant;
    return;
  }
  if (of.programs.size() == max_programs) return;
  program made;
  made.plan = &plan;
  made.scale = narrow_divisor(plan.scale.value());
  std::size_t ends = 0;
  plan.each_end([&](const linear_end& end) {
    ++ends;
    for (const linear_part& part : end.parts) {
      made.slots.insert(made.slots.end(), part.slot, part.slot + std::max(1u, part.terms));
    }
  });
  made.constants.resize(ends);
  made.slots.insert(made.slots.end(), plan.needs.begin(), plan.needs.end());
  if (plan.holds) made.slots.push_back(slot::current);
  std::sort(made.slots.begin(), made.slots.end());
  made.slots.erase(std::unique(made.slots.begin(), made.slots.end()), made.slots.end());
  // Few masks are named at once.
  made.named = plan.limited.rules() + plan.soft.size() <= few;
  made.most_target = plan.most_target;
  variant_in(made, plan);
  of.program_of[segment] = static_cast<std::int32_t>(of.programs.size());
  of.variant_of[segment] = 0;
  of.programs.push_back(std::move(made));
}

// The plan's variant of a program with the same bounds but for constants; nothing where there are too many.
std::optional<std::int32_t> block_memory::variant_in(program& of, linear_plan& plan) {
  std::uint64_t hash = 0;
  const auto mix = [&](std::uint64_t with) {
    hash = (hash ^ with) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  };
  plan.each_end([&](const linear_end& end) { mix(static_cast<std::uint64_t>(end.parts[0].constant)); });
  for (const auto* names : {&plan.limited, &plan.relaxed}) mix(names->hash_of_rules());
  auto& alike = of.by_hash[hash];
  for (const std::uint32_t one : alike) {
    if (linear_plan::same_bounds(*of.variants[one], plan)) return static_cast<std::int32_t>(one);
  }
  const std::size_t variant = of.variants.size();
  if ((variant + 1) << std::max(of.limited_bits(), of.relaxed_bits()) > max_variant_sets) return {};
  alike.push_back(static_cast<std::uint32_t>(variant));
  of.variants.push_back(&plan);
  of.most_target = std::min(of.most_target, plan.most_target);
  std::vector<std::int64_t> constants;
  plan.each_end([&](const linear_end& end) { constants.push_back(end.parts[0].constant); });
  std::size_t end = 0;
  of.plan->each_end([&](const linear_end& first) {
    column& all = of.constants[end];
    const std::int64_t constant = constants[end++];
    if (all.empty() && constant != first.parts[0].constant) all.assign(variant, first.parts[0].constant);
    if (!all.empty()) all.push_back(constant);
  });
  of.limited.resize((variant + 1) << of.limited_bits(), none);
  of.relaxed.resize((variant + 1) << of.relaxed_bits(), none);
  of.named_at = 0;  // what the batch calls them has no place for the new ones yet
  if (of.named) {
    for (std::uint32_t mask = 0; mask < 1u << of.limited_bits(); ++mask)
      set_of(of.limited[(variant << of.limited_bits()) + mask], plan.limited, mask);
    for (std::uint32_t mask = 0; mask < 1u << of.relaxed_bits(); ++mask)
      set_of(of.relaxed[(variant << of.relaxed_bits()) + mask], plan.relaxed, mask);
  }
  return static_cast<std::int32_t>(variant);
}

std::optional<std::int32_t> block_memory::pooled(const shape::nearest_table& of) {
  if (const auto known = pooled_.find(&of); known != pooled_.end()) return known->second;
  if (pool_.size() + of.flat_size() > max_pool) return {};
  const auto at = static_cast<std::int32_t>(pool_.size());
  of.flatten_to(pool_);
  pooled_.emplace(&of, at);
  return at;
}

std::uint32_t block_memory::set_of(std::uint32_t& known, mask_names& names, std::uint32_t mask) {
  if (known == none) known = sets_.number(names[mask].names);
  return known;
}

// ---- one block

// Where the money of the block stands in minor units.
void block_memory::find_money(std::size_t first, std::size_t count) {
  for (std::size_t c = 0; c < columns_.moneys.size(); ++c) {
    const block_columns::money& one = columns_.moneys[c];
    const auto values = one.from.values();
    if (one.from.kind() == number_column::layout::units && values.size() >= first + count) {
      money_[c] = values.data() + first;
    } else {
      column& made = converted_[c];
      for (std::size_t i = 0; i < count; ++i) {
        std::int64_t value = absent_value;
        if (is_text(one.from) || one.from.kind() == number_column::layout::scaled) {
          const int digits = hot_.digits[hot_.place[kind_[i]]];
          unreadable_.clear();
          if (const auto read = number_at(one.from, first + i, digits, "", unreadable_)) {
            // Parts of a minor unit are for the whole request, as is what is no number.
            value = units_of(*read, digits).value_or(0);
            if (value == 0 && read->sign() != 0) value = -1;
          } else if (!unreadable_.empty()) {
            value = -1;
          }
        } else {
          value = one.from.at(first + i);
        }
        made[i] = value;
      }
      money_[c] = made.data();
    }
  }
}

// Whether all rows are of one form, or have no kind; else they are put in the order of their groups.
bool block_memory::sort_by_group(std::size_t count, std::uint32_t& only) {
  const auto group_of = [groups = hot_.group.data(), places = hot_.place.data(), kinds = kind_.data()](std::size_t i) {
    return groups[places[kinds[i]]];
  };
  std::uint32_t first = no_group;
  for (std::size_t i = 0; i < count && first == no_group; ++i) first = group_of(i);
  std::uint32_t others = 0;
  if (forms_.size() > 1 || kernel_kinds_) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t group = group_of(i);
      others |= group == no_group ? 0 : group ^ first;
    }
  }
  if (others == 0 && first >= first_form) {
    only = first - first_form;
    return true;
  }
  ends_.assign(first_form + forms_.size(), 0);
  std::uint32_t* const places = ends_.data();
  for (std::size_t i = 0; i < count; ++i) ++places[group_of(i)];
  std::uint32_t next = 0;
  for (std::uint32_t& one : ends_) next += std::exchange(one, next);
  std::uint32_t* const order = order_.data();
  for (std::size_t i = 0; i < count; ++i) order[places[group_of(i)]++] = static_cast<std::uint32_t>(i);
  return false;
}

void block_memory::decide(std::size_t first, std::size_t count, const targets& to) {
  first_ = first;
  to_ = to;
  ahead_.back_to_kept();
  const auto write_ahead = [&](auto* written) {
    if (written != nullptr) ahead_.add(written - first, sizeof *written, width);
  };
  write_ahead(to.status);
  write_ahead(to.price);
  write_ahead(to.limited);
  write_ahead(to.relaxed);
  if (to.status == nullptr) to_.status = status_.data();
  if (to.price == nullptr) to_.price = price_of_.data();
  // What is not wanted needs no name.
  name_limited_ = to.named && to.limited != nullptr;
  name_relaxed_ = to.named && to.relaxed != nullptr;
  if (to.limited == nullptr) to_.limited = limited_of_.data();
  if (to.relaxed == nullptr) to_.relaxed = relaxed_of_.data();
  unnamed_ = false;
  // Kinds may have names of their own: a rule for every product.
  if (kinds_.size() + count > linear_.max_kinds() || sets_.size() > max_sets + 2 * linear_.max_kinds()) forget();
  columns_.keys_of(first, count, keys_.data());
  if (kinds_dense_.empty()) std::fill_n(kind_.begin(), count, unknown);
  if (kinds_dense_.empty() ||
      lanes_->look_up(kind_.data(), kinds_dense_.data(), kinds_dense_.size() - 1, keys_.data(), count)) {
    for (std::size_t i = 0; i < count; ++i) {
      if (kind_[i] == unknown && keys_[i] < block_columns::bad_key) kind_[i] = kind_of(first + i, keys_[i]);
    }
  }
  find_money(first, count);
  std::fill_n(decided_.begin(), count, std::uint8_t{1});
  all_decided_ = true;
  left_.clear();
  std::uint32_t only = 0;
  if (sort_by_group(count, only)) {
    for (std::size_t begin = 0; begin < count; begin += width) {
      const row_list rows{.begin = static_cast<std::uint32_t>(begin), .size = std::min(count - begin, width)};
      ahead_.chunk(first + begin, rows.size, chunk_steps);
      if (chunk(forms_[only], rows)) continue;
      for (std::size_t j = 0; j < rows.size; ++j) left_.push_back(rows[j]);
    }
  } else {
    left_.insert(left_.end(), order_.begin(), order_.begin() + ends_[kernel_group]);
    std::size_t begin = ends_[kernel_group];
    for (std::size_t of = 0; of < forms_.size(); ++of) {
      const std::size_t end = ends_[first_form + of];
      while (begin < end) {
        const row_list rows{.order = order_.data() + begin, .size = std::min(end - begin, width)};
        if (rows.size < few || !chunk(forms_[of], rows)) {
          left_.insert(left_.end(), rows.order, rows.order + rows.size);
        }
        begin += rows.size;
      }
    }
  }
  by_loops_ = count - std::min(count, left_.size());
  for (const std::uint32_t i : left_) by_kernel(i);
}

void block_memory::fetch(std::uint32_t slot, bool free, std::int64_t most, const row_list& rows) {
  have_[slot] = 1;
  if (source_[slot] < 0) {
    v_[slot] = zeros_.data();
    m_[slot] = free ? nullptr : ones_.data();
    return;
  }
  const auto source = static_cast<std::size_t>(source_[slot]);
  const std::int64_t least = columns_.moneys[source].least;
  const std::int64_t* from = money_[source];
  gathered_bits found;
  if (rows.order != nullptr) {
    found = lanes_->gather(values_[slot].data(), absent_[slot].data(), bad_.data(), from, rows.order, least, most,
                           rows.size);
  } else {
    from += rows.begin;
    // Loops over columns read whole vectors; the caller's column may end before.
    if (padded(rows.size) == rows.size) {
      const lane_operations::checked as_they_are = lanes_->check(from, least, most, rows.size);
      if (as_they_are.clean) {
        magnitude_ |= as_they_are.magnitude;
        v_[slot] = from;
        m_[slot] = nullptr;
        return;
      }
    }
    found = lanes_->clean(values_[slot].data(), absent_[slot].data(), bad_.data(), from, least, most, rows.size);
  }
  magnitude_ |= found.magnitude;
  v_[slot] = values_[slot].data();
  m_[slot] = found.some_absent && !free ? absent_[slot].data() : nullptr;
}

void block_memory::fetch_all(std::span<const std::uint32_t> slots, const form& of, const row_list& rows) {
  const linear_body& body = of.body();
  for (const std::uint32_t slot : slots) {
    if (slot == reference_slot() && have_[slot] == 0) {
      fetch_all(body.reference_slots, of, rows);
      find_reference(body, rows.size);
    }
    if (have_[slot] == 0) {
      fetch(slot, body.shipping_is_free && slot == slot::shipping, (std::int64_t{1} << of.value_bits) - 1, rows);
    }
  }
}

void block_memory::find_reference(const linear_body& of, std::size_t n) {
  const std::uint32_t to = reference_slot();
  have_[to] = 1;
  if (of.of == linear_body::reference::slot) {
    v_[to] = v_[of.reference_slots[0]];
    m_[to] = m_[of.reference_slots[0]];
    return;
  }
  std::int64_t* out = values_[to].data();
  std::int64_t* none_yet = absent_[to].data();
  const bool lowest = of.of == linear_body::reference::lowest;
  std::fill_n(out, width, lowest ? INT64_MAX : 0);
  std::fill_n(none_yet, width, -1);
  for (const std::uint32_t one : of.reference_slots) {
    const std::int64_t* absent = m_[one] != nullptr ? m_[one] : zeros_.data();
    if (of.of == linear_body::reference::first) {
      lanes_->replace(out, none_yet, v_[one], n);
    } else if (lowest) {
      std::copy_n(v_[one], n, part_.data());
      lanes_->replace(part_.data(), absent, highest_most_.data(), n);
      lanes_->at_most(out, part_.data(), n);
    } else {
      lanes_->at_least(out, v_[one], n);  // absent ones are 0
    }
    lanes_->intersect(none_yet, absent, n);
  }
  lanes_->replace(out, none_yet, zeros_.data(), n);
  v_[to] = out;
  m_[to] = none_yet;
}

block_memory::amounts block_memory::evaluate(const linear_part& of, std::int64_t* out, std::int64_t* mask_room,
                                             std::size_t n) {
  const std::int64_t* absent = m_[of.slot[0]];
  // A field itself is there already.
  if (of.terms == 1 && of.factor[0] == 1 && of.constant == 0) return {v_[of.slot[0]], absent};
  lanes_->scale(out, of.constant, v_[of.slot[0]], of.factor[0], n);
  for (std::uint32_t i = 1; i < of.terms; ++i) {
    lanes_->add_scaled(out, v_[of.slot[i]], of.factor[i], n);
    const std::int64_t* also = m_[of.slot[i]];
    if (also == nullptr || also == absent) continue;
    if (absent == nullptr) {
      absent = also;
      continue;
    }
    if (absent != mask_room) std::copy_n(absent, padded(n), mask_room);
    lanes_->join(mask_room, also, n);
    absent = mask_room;
  }
  return {out, absent};
}

block_memory::amounts block_memory::evaluate(const linear_end& of, const column& constants, std::int64_t* out,
                                             std::size_t n) {
  if (!constants.empty()) {
    // Of one part: same_but_constants says so.
    linear_part varying = of.parts[0];
    varying.constant = 0;
    const amounts found = evaluate(varying, out, mask_a_.data(), n);
    if (found.values != out) std::copy_n(found.values, padded(n), out);
    lanes_->add_picked(out, constants.data(), variant_here_.data(), n);
    return {out, found.absent};
  }
  if (of.parts.size() == 1) return evaluate(of.parts[0], out, mask_a_.data(), n);
  const std::int64_t* const neutral = (of.greatest ? lowest_most_ : highest_most_).data();
  std::copy_n(neutral, padded(n), out);
  std::int64_t* const none_yet = mask_a_.data();
  std::fill_n(none_yet, padded(n), -1);
  std::int64_t* const lacks = mask_c_.data();
  std::fill_n(lacks, padded(n), 0);
  for (const linear_part& one : of.parts) {
    const amounts found = evaluate(one, part_.data(), mask_b_.data(), n);
    const std::int64_t* values = found.values;
    if (found.absent != nullptr) {
      if (values != part_.data()) std::copy_n(values, padded(n), part_.data());
      values = part_.data();
      lanes_->replace(part_.data(), found.absent, neutral, n);
      if (!one.optional) lanes_->join(lacks, found.absent, n);
      lanes_->intersect(none_yet, found.absent, n);
    } else {
      std::fill_n(none_yet, padded(n), 0);
    }
    (of.greatest ? lanes_->at_least : lanes_->at_most)(out, values, n);
  }
  lanes_->join(none_yet, lacks, n);
  return {out, none_yet};
}

// Rows of one body. False where the numbers are too large for sums of 64 bits, or too unlike each other.
bool block_memory::chunk(form& of, const row_list& rows) {
  const linear_body& shared = of.body();
  const std::size_t n = rows.size;
  std::fill(have_.begin(), have_.end(), std::uint8_t{0});
  const std::uint32_t target = reference_slot() + 1;
  have_[target] = 1;
  v_[target] = values_[target].data();
  m_[target] = nullptr;
  magnitude_ = 0;
  std::fill_n(bad_.data(), padded(n), 0);
  fetch_all(of.base_slots, of, rows);

  // The first base that is there.
  std::fill_n(values_[target].data(), padded(n), 0);  // bases that are constants stand on it
  ahead_.some();
  const amounts first = evaluate(shared.bases[0].amount, base_.data(), mask_a_.data(), n);
  const std::int64_t* base = first.values;
  if (first.absent != nullptr) {
    // Where it is absent, the next one that is there.
    std::int64_t* const none_yet = mask_a_.data();
    if (first.absent != none_yet) std::copy_n(first.absent, padded(n), none_yet);
    if (base != base_.data()) std::copy_n(base, padded(n), base_.data());
    base = base_.data();
    for (std::size_t i = 0; shared.bases[i].skipped_if_absent && i + 1 < shared.bases.size(); ++i) {
      const amounts next = evaluate(shared.bases[i + 1].amount, part_.data(), mask_b_.data(), n);
      lanes_->replace(base_.data(), none_yet, next.values, n);
      if (next.absent != nullptr) {
        lanes_->intersect(none_yet, next.absent, n);
      } else {
        std::fill_n(none_yet, padded(n), 0);
      }
    }
    lanes_->join(bad_.data(), none_yet, n);
  }
  lanes_->pick_kinds(place_.data(), member_.data(), {.places = hot_.place.data(), .members = hot_.member.data()},
                     kind_.data() + rows.begin, rows.order, n);
  for (std::size_t j = n; j < padded(n); ++j) {
    place_[j] = 0;
    member_[j] = 0;
  }
  ahead_.some();
  lanes_->mark_outside(bad_.data(), base, 1, shared.most_base, n);
  lanes_->multiply_picked(values_[target].data(), base, hot_.factor.data(),
                          hot_.some_offset ? hot_.offset.data() : nullptr, place_.data(), n);
  lanes_->mark_outside(bad_.data(), v_[target], 1, std::min(shared.most_target, of.target_scale.limit / 2 - 1), n);

  ahead_.some();
  find_segments(of, n);
  // Which programs there are; nearly always one.
  std::uint32_t programs[few];
  std::size_t count = 0;
  if (of.uniform()) {
    programs[count++] = 0;
    lanes_->pick(table_.data(), of.tables.data(), segment_.data(), n);
    if (of.programs[0].variants.size() > 1) lanes_->pick(variant_.data(), of.variant_of.data(), segment_.data(), n);
  } else if (!find_programs(of, rows, programs, count)) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) fetch_all(of.programs[programs[i]].slots, of, rows);
  // An amount that cannot be makes its row invalid, whether or not anything asks for it.
  const std::uint64_t magnitude = magnitude_;
  for (const block_columns::money& one : columns_.moneys) {
    if (have_[one.slot] == 0) fetch(one.slot, false, most_number, rows);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // Where a plan was seen for the first time just now.
    if (magnitude >> of.value_bits != 0) return false;
    solve(of, programs[i], count > 1, rows);
  }
  if (count > 1) {
    // Rows of no program at all; with one program they are among those that it skips.
    for (std::size_t j = 0; j < n; ++j) {
      if (program_here_[j] < 0) left_.push_back(rows[j]);
    }
  }
  return true;
}

// The segment of each row's target, among those of all members.
void block_memory::find_segments(const form& of, std::size_t n) {
  const std::int64_t* const target = v_[reference_slot() + 1];
  std::int32_t* const segment = segment_.data();
  const std::int32_t* const member = member_.data();
  if (of.cuts > few) return engine::find_segments(of.only_cuts, target, segment, n);
  if (of.members.size() == 1) {
    std::fill_n(segment, padded(n), 0);
  } else {
    const auto stride = static_cast<std::int32_t>(of.stride);
    for (std::size_t j = 0; j < n; ++j) segment[j] = member[j] * stride;
    std::fill(segment + n, segment + padded(n), 0);
  }
  for (std::size_t i = 0; i < of.cuts; ++i) {
    const std::int64_t* const cuts = of.cut_values.data() + i * of.cut_room;
    if (of.same_cuts) {
      lanes_->count_from(segment, target, *cuts, n);
    } else {
      lanes_->count_from_each(segment, target, cuts, member, n);
    }
  }
}

bool block_memory::find_programs(form& of, const row_list& rows, std::uint32_t* programs, std::size_t& count) {
  const std::size_t n = rows.size;
  lanes_->pick(program_here_.data(), of.program_of.data(), segment_.data(), n);
  lanes_->pick(table_.data(), of.tables.data(), segment_.data(), n);
  lanes_->pick(variant_.data(), of.variant_of.data(), segment_.data(), n);
  std::int32_t last = no_program;
  for (std::size_t j = 0; j < n; ++j) {
    std::int32_t& number = program_here_[j];
    if (number == last && number >= 0) continue;
    if (number == unmade) {
      if (bad_[j] != 0) continue;
      const auto segment = static_cast<std::size_t>(segment_[j]);
      // Perhaps learned for a row before it.
      if (of.program_of[segment] == unmade && !learn_plan(of, kind_[rows[j]], first_ + rows[j], segment)) {
        bad_[j] = -1;
        continue;
      }
      number = of.program_of[segment];
      table_[j] = of.tables[segment];
      variant_[j] = of.variant_of[segment];
    }
    if (number == no_program) {
      bad_[j] = -1;
      continue;
    }
    last = number;
    const auto made = static_cast<std::uint32_t>(number);
    if (std::find(programs, programs + count, made) != programs + count) continue;
    if (count == few) return false;
    programs[count++] = made;
  }
  return count > 0;
}

void block_memory::solve(form& of, std::uint32_t number, bool mixed, const row_list& rows) {
  program& with = of.programs[number];
  linear_plan& on = *with.plan;
  const column* constants = with.constants.data();  // of the next end
  const std::size_t n = rows.size;
  const std::size_t room = padded(n);
  if (with.variants.size() > 1) find_variants(number, mixed, n);
  const std::uint32_t target = reference_slot() + 1;
  // Of this program alone: other rows are none of its business.
  std::int64_t* const skip = mask_skip_.data();
  std::copy_n(bad_.data(), room, skip);
  lanes_->mark_outside(skip, v_[target], 1, with.most_target, n);
  for (const std::uint32_t need : on.needs) {
    if (m_[need] != nullptr) lanes_->join(skip, m_[need], n);
  }
  if (on.holds) {
    for (std::size_t j = 0; j < n; ++j) {
      if (m_[slot::current] == nullptr || m_[slot::current][j] == 0) skip[j] = -1;
    }
  }
  const std::int64_t* at = v_[target];
  if (on.of_target != 1) {
    lanes_->scale(at_.data(), 0, v_[target], on.of_target, n);
    at = at_.data();
  }
  ahead_.some();
  // Required ends, and which of them the target does not keep.
  std::int64_t* const limited = limited_.data();
  bool first = true;
  const auto required = [&](const std::vector<linear_end>& ends, column& most, const auto& one_end,
                            const auto& first_end) {
    bool none_yet = true;
    for (const linear_end& one : ends) {
      const amounts found = evaluate(one, *constants++, end_.data(), n);
      const std::int64_t bit = std::int64_t{1} << one.rule;
      if (none_yet) {
        std::int64_t* const seen = first ? limited : unused_.data();
        first_end(most.data(), seen, found.values, found.absent, at, bit, n);
        if (!first) lanes_->join(limited, seen, n);
        first = none_yet = false;
      } else {
        one_end(most.data(), limited, found.values, found.absent, at, bit, n);
      }
      if (found.absent != nullptr && !one.skipped_if_absent) lanes_->join(skip, found.absent, n);
    }
    return !none_yet;
  };
  if (required(on.lows, lowest_, lanes_->low_end, lanes_->first_low_end)) {
    lanes_->round_up(low_.data(), lowest_.data(), with.scale, n);
  } else {
    std::fill_n(low_.data(), room, 1);
  }
  ahead_.some();
  if (required(on.highs, highest_, lanes_->high_end, lanes_->first_high_end)) {
    lanes_->round_down(high_.data(), highest_.data(), with.scale, n);
  } else {
    std::fill_n(high_.data(), room, INT32_MAX);
  }
  if (first) std::fill_n(limited, room, 0);
  lanes_->position(floor_.data(), ceiling_.data(), v_[target], of.target_scale, n);
  std::fill_n(unknown_.data(), room, 0);
  std::fill_n(relaxed_.data(), room, 0);
  ahead_.some();
  const std::size_t soft = on.soft.size();
  if (soft == 0) {
    find_nearest(of, low_.data(), high_.data(), n);
  } else {
    const std::int32_t* kept_low = low_.data();
    const std::int32_t* kept_high = high_.data();
    const auto soft_end = [&](const linear_end& end, bool is_low) {
      const amounts found = evaluate(end, *constants++, end_.data(), n);
      if (found.absent == nullptr) return found.values;
      std::int64_t* const most = (is_low ? lowest_ : highest_).data();
      (is_low ? lanes_->first_low_end : lanes_->first_high_end)(most, unused_.data(), found.values, found.absent, at, 0,
                                                                n);
      if (!end.skipped_if_absent) lanes_->join(skip, found.absent, n);
      return static_cast<const std::int64_t*>(most);
    };
    const auto narrow = [&](const std::int32_t*& kept, column32& room_for, const column32& by, const auto& narrower) {
      if (kept != room_for.data()) std::copy_n(kept, room, room_for.data());
      narrower(room_for.data(), by.data(), n);
      kept = room_for.data();
    };
    for (std::size_t i = 0; i < soft; ++i) {
      const linear_soft& one = on.soft[i];
      if (one.low) {
        lanes_->round_up(soft_low_[i].data(), soft_end(*one.low, true), with.scale, n);
        narrow(kept_low, kept_low_, soft_low_[i], lanes_->raise);
      } else {
        std::fill_n(soft_low_[i].data(), room, 1);
      }
      if (one.high) {
        lanes_->round_down(soft_high_[i].data(), soft_end(*one.high, false), with.scale, n);
        narrow(kept_high, kept_high_, soft_high_[i], lanes_->lower);
      } else {
        std::fill_n(soft_high_[i].data(), room, INT32_MAX);
      }
    }
    find_nearest(of, kept_low, kept_high, n);
    give_up_soft(of, soft, n);
    for (std::size_t i = 0; i < soft; ++i) {
      lanes_->mark_broken(relaxed_.data(), price_.data(), soft_low_[i].data(), soft_high_[i].data(), 1 << i, n);
    }
  }
  ahead_.some();
  lanes_->conclude(concluded_.data(), relaxed_.data(), price_.data(),
                   {.strong = static_cast<std::int32_t>(on.strong),
                    .of_none = static_cast<std::int32_t>(status::conflict),
                    .of_broken = static_cast<std::int32_t>(status::compromised),
                    .of_kept = static_cast<std::int32_t>(status::priced)},
                   n);
  if (with.variants.size() > 1) {
    lanes_->add_shifted(limited, variant_here_.data(), with.limited_bits(), n);
    shift_relaxed(with.relaxed_bits(), n);
  }
  ahead_.some();
  if (!with.named) name_sets_of(with, n);
  hand_out(of, number, mixed, rows);
}

// Of rows that have this program; numbers of others may be beyond its variants.
void block_memory::find_variants(std::uint32_t number, bool mixed, std::size_t n) {
  std::copy_n(variant_.data(), n, variant_here_.data());
  std::fill(variant_here_.begin() + static_cast<std::ptrdiff_t>(n),
            variant_here_.begin() + static_cast<std::ptrdiff_t>(padded(n)), 0);
  if (!mixed) return;
  const std::int32_t* const programs = program_here_.data();
  std::int32_t* const variant = variant_here_.data();
  for (std::size_t j = 0; j < n; ++j)
    variant[j] &= -static_cast<std::int32_t>(programs[j] == static_cast<std::int32_t>(number));
}

void block_memory::find_nearest(const form& of, const std::int32_t* low, const std::int32_t* high, std::size_t n) {
  const lane_operations::search search{.pool = pool_.data(),
                                       .tables = table_.data(),
                                       .low = low,
                                       .high = high,
                                       .floor = floor_.data(),
                                       .ceiling = ceiling_.data(),
                                       .doubled = doubled_.data(),
                                       .price = price_.data(),
                                       .unknown = unknown_.data()};
  lanes_->nearest_below(search, n);
  if (!lanes_->any_above(search, n)) return;
  double_targets(of, v_[reference_slot() + 1], doubled_.data(), n);
  lanes_->nearest_above(search, n);
}

// Twice the target, rounded up: what two amounts at the same distance from it add up to.
void block_memory::double_targets(const form& of, const std::int64_t* target, std::int32_t* out, std::size_t n) {
  lanes_->scale(end_.data(), 0, target, 2, n);
  lanes_->round_up(out, end_.data(), of.target_scale, n);
}

// Rows that no price keeps every soft bound of: one without, where there is one bound; what to give up of several is
// for the kernel.
void block_memory::give_up_soft(const form& of, std::size_t soft, std::size_t n) {
  std::int32_t* const price = price_.data();
  std::uint32_t* const rows = without_.data();
  std::size_t count = 0;
  for (std::size_t j = 0; j < n; ++j) {
    rows[count] = static_cast<std::uint32_t>(j);
    count += price[j] == 0 ? 1 : 0;
  }
  if (count == 0) return;
  if (soft > 1) {
    for (std::size_t k = 0; k < count; ++k) unknown_[rows[k]] = -1;
    return;
  }
  const column32* const from[] = {&table_, &low_, &high_, &floor_, &ceiling_};
  for (std::size_t c = 0; c < std::size(from); ++c) {
    const std::int32_t* const all = from[c]->data();
    std::int32_t* const some = few_[c].data();
    for (std::size_t k = 0; k < count; ++k) some[k] = all[rows[k]];
  }
  const std::int64_t* const target = v_[reference_slot() + 1];
  for (std::size_t k = 0; k < count; ++k) few_targets_[k] = target[rows[k]];
  double_targets(of, few_targets_.data(), few_[5].data(), count);
  std::int32_t* const found = few_[6].data();
  std::int32_t* const not_known = few_[7].data();
  std::fill_n(not_known, padded(count), 0);
  const lane_operations::search search{.pool = pool_.data(),
                                       .tables = few_[0].data(),
                                       .low = few_[1].data(),
                                       .high = few_[2].data(),
                                       .floor = few_[3].data(),
                                       .ceiling = few_[4].data(),
                                       .doubled = few_[5].data(),
                                       .price = found,
                                       .unknown = not_known};
  lanes_->nearest_below(search, count);
  lanes_->nearest_above(search, count);
  for (std::size_t k = 0; k < count; ++k) {
    price[rows[k]] = found[k];
    unknown_[rows[k]] |= not_known[k];
  }
}

// Numbers of the sets of every mask that rows of the chunk have.
void block_memory::name_sets_of(program& with, std::size_t n) {
  const auto name = [&](std::vector<std::uint32_t>& sets, mask_names linear_plan::*names, std::size_t at, int bits) {
    set_of(sets[at], with.variants[at >> bits]->*names,
           static_cast<std::uint32_t>(at & ((std::size_t{1} << bits) - 1)));
  };
  for (std::size_t j = 0; j < n; ++j) {
    name(with.limited, &linear_plan::limited, static_cast<std::size_t>(limited_[j]), with.limited_bits());
    name(with.relaxed, &linear_plan::relaxed, static_cast<std::size_t>(relaxed_[j]), with.relaxed_bits());
  }
}

void block_memory::shift_relaxed(int bits, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) relaxed_[j] += variant_here_[j] << bits;
}

std::uint32_t block_memory::name(std::uint32_t set, name_sets& to) {
  if (names_.size() < sets_.size()) names_.resize(sets_.size(), none);
  std::uint32_t& known = names_[set];
  if (known == none) {
    known = to.number(sets_[set]);
    ++naming_;
  }
  return known;
}

void block_memory::name_rest(std::size_t count, name_sets& to) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name_limited_ && to_.limited[i] == none) to_.limited[i] = name(limited_of_[i], to);
    if (name_relaxed_ && to_.relaxed[i] == none) to_.relaxed[i] = name(relaxed_of_[i], to);
  }
}

// The tables by mask that say what goes out: numbers of sets, or what the batch calls these.
void block_memory::rename(program& with) const {
  with.named_at = naming_;
  const auto named = [&](const std::vector<std::uint32_t>& sets, std::vector<std::uint32_t>& names) {
    names.resize(sets.size());
    for (std::size_t mask = 0; mask < sets.size(); ++mask) {
      names[mask] = sets[mask] < names_.size() ? names_[sets[mask]] : none;
    }
  };
  named(with.limited, with.limited_names);
  named(with.relaxed, with.relaxed_names);
}

void block_memory::hand_out(form& of, std::uint32_t number, bool mixed, const row_list& rows) {
  program& with = of.programs[number];
  const std::size_t n = rows.size;
  // Of many variants few are in one chunk: their names are looked up when they are handed out.
  const bool many = with.variants.size() > few;
  if (to_.named && !many && with.named_at != naming_) rename(with);
  const bool rename_limited = name_limited_ && many;
  const bool rename_relaxed = name_relaxed_ && many;
  const std::uint32_t* const limited_sets = (name_limited_ && !many ? with.limited_names : with.limited).data();
  const std::uint32_t* const relaxed_sets = (name_relaxed_ && !many ? with.relaxed_names : with.relaxed).data();
  const std::int64_t* const skip = mask_skip_.data();
  const std::int32_t* const not_known = unknown_.data();
  const std::int32_t* const segment = segment_.data();
  const std::int32_t* const programs = program_here_.data();
  std::int64_t any = 0;
  for (std::size_t j = 0; j < n; ++j) any |= skip[j] | not_known[j];
  bool unnamed = false;
  const auto keep_unnamed = [&](std::size_t j) {
    const std::uint32_t i = rows[j];
    if (name_limited_ && to_.limited[i] == none) limited_of_[i] = with.limited[static_cast<std::size_t>(limited_[j])];
    if (name_relaxed_ && to_.relaxed[i] == none) relaxed_of_[i] = with.relaxed[static_cast<std::size_t>(relaxed_[j])];
  };
  const auto write = [&, to = to_, limited = limited_.data(), relaxed = relaxed_.data(), concluded = concluded_.data(),
                      price = price_.data()](std::size_t j) {
    const std::uint32_t i = rows[j];
    to.status[i] = static_cast<status>(concluded[j]);
    to.price[i] = price[j] != 0 ? price[j] : absent_value;
    std::uint32_t by_limits = limited_sets[limited[j]];
    std::uint32_t by_choice = relaxed_sets[relaxed[j]];
    if (rename_limited) by_limits = by_limits < names_.size() ? names_[by_limits] : none;
    if (rename_relaxed) by_choice = by_choice < names_.size() ? names_[by_choice] : none;
    to.limited[i] = by_limits;
    to.relaxed[i] = by_choice;
    if (by_limits == none || by_choice == none) {
      keep_unnamed(j);
      unnamed = true;
    }
  };
  if (any == 0 && !mixed && rows.order == nullptr && !rename_limited && !rename_relaxed) {
    static_assert(sizeof(status) == 1);
    const lane_operations::outcome from{.statuses = concluded_.data(),
                                        .prices = price_.data(),
                                        .absent = absent_value,
                                        .limited = limited_.data(),
                                        .relaxed = relaxed_.data(),
                                        .limited_sets = limited_sets,
                                        .relaxed_sets = relaxed_sets};
    unnamed = lanes_->put(reinterpret_cast<std::uint8_t*>(to_.status + rows.begin), to_.price + rows.begin,
                          to_.limited + rows.begin, to_.relaxed + rows.begin, from, n);
    for (std::size_t j = 0; unnamed && j < n; ++j) keep_unnamed(j);
  } else if (any == 0 && !mixed) {
    for (std::size_t j = 0; j < n; ++j) write(j);
  } else {
    for (std::size_t j = 0; j < n; ++j) {
      if (mixed && programs[j] != static_cast<std::int32_t>(number)) continue;
      if ((skip[j] | not_known[j]) != 0) {
        left_.push_back(rows[j]);
      } else {
        write(j);
      }
    }
  }
  unnamed_ = unnamed_ || unnamed;
  if (!to_.facts) return;
  const std::int64_t* const target = v_[reference_slot() + 1];
  for (std::size_t j = 0; j < n; ++j) {
    if (mixed && programs[j] != static_cast<std::int32_t>(number)) continue;
    target_of_[rows[j]] = target[j];
    const auto at = static_cast<std::size_t>(segment[j]);
    plan_[rows[j]] = of.members[at / of.stride].of->plans[at % of.stride].get();
  }
}

void block_memory::by_kernel(std::size_t i) {
  decided_[i] = 0;
  const std::uint32_t kind = kind_[i];
  if (hot_.group[hot_.place[kind]] == no_group) {
    all_decided_ = false;
    return;
  }
  linear_cell& cell = *kinds_[kind].cell;
  std::uint64_t magnitude = 0;
  for (std::size_t slot = 0; slot < kernel_values_.size(); ++slot) {
    const std::int64_t value = source_[slot] < 0 ? absent_value : money_[static_cast<std::size_t>(source_[slot])][i];
    kernel_values_[slot] = value;
    if (value == absent_value) continue;
    magnitude |= static_cast<std::uint64_t>(value);
    if (value < columns_.moneys[static_cast<std::size_t>(source_[slot])].least || value > most_number) {
      all_decided_ = false;
      return;
    }
  }
  linear_answer answer;
  std::size_t missing = linear_kernel::made;
  if (!linear_.kernel()(cell, kernel_values_.data(), magnitude, answer, missing)) {
    if (missing != linear_kernel::made) {
      bind(first_ + i);
      linear_.make_plan(cell, missing);
    }
    if (missing == linear_kernel::made || !linear_.kernel()(cell, kernel_values_.data(), magnitude, answer, missing)) {
      all_decided_ = false;
      return;
    }
  }
  decided_[i] = 1;
  to_.status[i] = answer.is;
  to_.price[i] = answer.price;
  const auto put = [&](std::uint32_t set, bool named, std::uint32_t* to, std::vector<std::uint32_t>& own) {
    to[i] = !named ? set : set < names_.size() ? names_[set] : none;
    if (to[i] != none) return;
    own[i] = set;
    unnamed_ = true;
  };
  put(sets_.number(answer.plan->limited[answer.limited].names), name_limited_, to_.limited, limited_of_);
  put(sets_.number(answer.plan->relaxed[answer.relaxed].names), name_relaxed_, to_.relaxed, relaxed_of_);
  target_of_[i] = answer.target;
  plan_[i] = answer.plan;
}

}  // namespace pricepoint::engine
