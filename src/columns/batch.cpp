// SPDX-License-Identifier: Apache-2.0
// Columns of requests to columns of decisions. Entries: request_of_row, price_columns, batch_pricer. Covered by
// tests/unit/columns/batch_test.cpp.
#include "pricepoint/pricing/columns.hpp"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "columns/blocks.hpp"
#include "compile/machine.hpp"
#include "decide/decide.hpp"
#include "match/row_values.hpp"

namespace pricepoint {

namespace {

std::optional<instant> time_at(const number_column& column, std::size_t row, const char* name,
                               std::vector<std::string>& invalid) {
  if (column.kind() == number_column::layout::text) {
    const std::string_view text = column.texts().at(row);
    if (text.empty()) return {};
    const auto read = parse_instant(text);
    if (!read) invalid.emplace_back(name);
    return read;
  }
  const std::int64_t value = column.at(row);
  if (value == absent_value) return {};
  return instant{value};
}

std::optional<rate> rate_at(const number_column& column, std::size_t row, const char* name,
                            std::vector<std::string>& invalid) {
  if (column.kind() == number_column::layout::text) {
    const std::string_view text = column.texts().at(row);
    if (text.empty()) return {};
    const auto read = parse_rate(text);
    if (!read) invalid.emplace_back(name);
    return read;
  }
  const std::int64_t value = column.at(row);
  if (value == absent_value) return {};
  return rate::from_e8(value);
}

std::int64_t minor_of(const std::optional<amount>& value) { return value ? value->minor : absent_value; }

}  // namespace

void request_of_row(const policy& with, const request_columns& from, std::size_t row, request& out,
                    std::vector<std::string>& invalid) {
  invalid.clear();
  out.sku = from.sku.at(row);
  out.category = from.category.at(row);
  out.segment = from.segment.at(row);
  out.audience = from.audience.at(row);
  out.channel = from.channel.at(row);
  out.market = from.market.at(row);
  out.currency = from.currency.at(row);
  const auto given = out.currency.empty() ? std::nullopt : find_currency(out.currency);
  const int digits = given ? given->digits() : with.currency_of(out.market).digits();
  const auto money = [&](const number_column& column, const char* name) {
    return engine::number_at(column, row, digits, name, invalid);
  };
  out.quantity = engine::plain_number_at(from.quantity, row, "quantity", invalid);
  out.units = engine::plain_number_at(from.units, row, "units", invalid);
  out.at = time_at(from.at_unix_ms, row, "at", invalid);
  out.current_since = time_at(from.current_since_unix_ms, row, "current_since", invalid);
  out.list = money(from.list, "list");
  out.msrp = money(from.msrp, "msrp");
  out.map = money(from.map, "map");
  out.current = money(from.current, "current");
  out.lowest_prior = money(from.lowest_prior, "lowest_prior");
  out.cost = money(from.cost, "cost");
  out.shipping = money(from.shipping, "shipping");
  out.tax = rate_at(from.tax_e8, row, "tax", invalid);
  out.fee = rate_at(from.fee_e8, row, "fee", invalid);
  out.prices.clear();
  for (const request_columns::price_column& one : from.prices) {
    const std::size_t before = invalid.size();
    if (const auto value = money(one.value, "")) out.prices.push_back({one.channel, *value});
    if (invalid.size() != before) invalid.back() = "price." + std::string(one.channel);
  }
  out.attributes.clear();
  const engine::machine& compiled = engine::machine_of(with);
  for (const request_columns::attribute_column& one : from.attributes) {
    if (const std::string_view text = one.text.at(row); !text.empty()) {
      out.attributes.push_back({one.name, attribute_value(text)});
      continue;
    }
    if (one.number.kind() == number_column::layout::text) {
      const std::string_view text = one.number.texts().at(row);
      if (!text.empty()) out.attributes.push_back({one.name, attribute_value(text)});
      continue;
    }
    const std::int64_t value = one.number.at(row);
    if (value == absent_value) continue;
    const auto declared = compiled.find_attribute(one.name);
    const bool is_money = declared && compiled.attributes()[*declared].is_money();
    const auto read = is_money ? engine::number_at(one.number, row, digits, "", invalid)
                               : engine::plain_number_at(one.number, row, one.name, invalid);
    if (read) out.attributes.push_back({one.name, attribute_value(*read)});
  }
}

name_sets::name_sets() : names_(std::make_unique<detail::arena>()) { clear(); }
name_sets::name_sets(name_sets&&) noexcept = default;
name_sets& name_sets::operator=(name_sets&&) noexcept = default;
name_sets::~name_sets() = default;

std::uint32_t name_sets::number(std::span<const std::string_view> names) {
  std::uint64_t hash = names.size();
  for (const std::string_view name : names) hash = hash * 31 + engine::text_hash()(name);
  hash *= 0x9E3779B97F4A7C15u;
  if (2 * (sets_.size() + 1) > places_.size()) grow();
  const std::size_t last = places_.size() - 1;
  std::size_t at = hash >> 32 & last;
  for (; places_[at] != none; at = (at + 1) & last) {
    const set& known = sets_[places_[at]];
    if (known.hash == hash && std::equal(known.names.begin(), known.names.end(), names.begin(), names.end()))
      return places_[at];
  }
  auto* const copy = names_->take<std::string_view>(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) copy[i] = names_->copy(names[i]);
  sets_.push_back({{copy, names.size()}, hash});
  return places_[at] = static_cast<std::uint32_t>(sets_.size() - 1);
}

void name_sets::grow() {
  std::vector<std::uint32_t> wider(std::max<std::size_t>(64, 2 * places_.size()), none);
  const std::size_t last = wider.size() - 1;
  for (std::uint32_t i = 0; i < sets_.size(); ++i) {
    std::size_t at = sets_[i].hash >> 32 & last;
    while (wider[at] != none) at = (at + 1) & last;
    wider[at] = i;
  }
  places_ = std::move(wider);
}

void name_sets::clear() {
  sets_.clear();
  names_->rewind();
  std::fill(places_.begin(), places_.end(), none);
  number({});
}

namespace {

// What one worker makes: sets and credits of its own, every other member at its rows' places in the shared columns.
struct worker_output {
  name_sets* sets = nullptr;
  std::vector<credit_due>* credits = nullptr;
};

class row_writer {
 public:
  row_writer(decision_columns& out, std::uint32_t parts, worker_output own) : out_(out), parts_(parts), own_(own) {}

  // Whether a decision by a block says all that is wanted of it.
  bool complete(const engine::block_memory::decided_row& one) const {
    return one.decided &&
           (one.status != status::conflict || !wanted(part::reasons | part::rest | part::net | part::advice)) &&
           (!wanted(part::was) || !one.plan->announces) && (!wanted(part::credits) || one.plan->full->credits.empty());
  }

  void write(std::size_t row, engine::block_memory& blocks, const engine::block_memory::decided_row& one) {
    const auto set = [&](std::uint32_t number) { return blocks.name(number, *own_.sets); };
    out_.status[row] = one.status;
    if (wanted(part::price)) out_.price_minor[row] = one.price;
    if (wanted(part::limited_by)) out_.limited_by[row] = set(one.limited);
    if (wanted(part::relaxed)) out_.relaxed[row] = set(one.relaxed);
    if (wanted(part::net)) {
      const engine::price_terms::split split = blocks.terms(one).of(one.price);
      out_.net_minor[row] = split.net;
      out_.tax_minor[row] = split.tax;
    }
    const auto& kind = blocks.kind(one);
    if (wanted(part::target)) out_.target_e4[row] = engine::target_e4(kind.in_integers->body->target_scale, one.target);
    if (wanted(part::discounts)) out_.discounts[row] = set(kind.discounts);
    if (wanted(part::was)) {
      out_.was_minor[row] = absent_value;
      out_.saving_rate_percent[row] = 0;
    }
    if (wanted(part::reasons)) out_.conflict[row] = out_.missing[row] = out_.invalid[row] = 0;
    if (wanted(part::advice)) {
      const bool coarse =
          !one.plan->by_hand && one.price != absent_value && kind.in_integers->body->unit_too_coarse(one.target);
      if (coarse) {
        coarse_advice_ = one.plan->full->advice;
        engine::advise(coarse_advice_, engine::unit_too_coarse_advice);
      }
      out_.advice[row] = own_.sets->number(coarse ? coarse_advice_ : one.plan->full->advice);
    }
    if (wanted(part::credits)) out_.credits_end[row] = own_.credits->size();
    if (wanted(part::rest)) {
      out_.held[row] = 0;
      out_.fallback_price_minor[row] = absent_value;
      out_.next_change_at_unix_ms[row] =
          kind.in_integers->next_change_at ? kind.in_integers->next_change_at->unix_ms : absent_value;
      out_.currency[row] = static_cast<std::uint16_t>(blocks.currency_of(one).index());
    }
  }

  engine::block_memory::targets targets_of(std::size_t row) {
    const auto at = [&](auto& column) { return column.empty() ? nullptr : column.data() + row; };
    return {at(out_.status), at(out_.price_minor), at(out_.limited_by), at(out_.relaxed), true, false};
  }
  bool only_quotes() const noexcept { return (parts_ & ~part::quote) == 0; }

  void write(std::size_t row, const decision& one) {
    out_.status[row] = one.status();
    if (wanted(part::price)) out_.price_minor[row] = minor_of(one.price());
    if (wanted(part::limited_by)) out_.limited_by[row] = own_.sets->number(one.limited_by());
    if (wanted(part::relaxed)) out_.relaxed[row] = own_.sets->number(one.relaxed());
    if (wanted(part::net)) {
      out_.net_minor[row] = minor_of(one.net());
      out_.tax_minor[row] = minor_of(one.tax());
    }
    if (wanted(part::target)) {
      out_.target_e4[row] = one.target() ? one.target()->coefficient() : decision_columns::absent_target;
    }
    if (wanted(part::discounts)) out_.discounts[row] = own_.sets->number(one.discounts());
    if (wanted(part::was)) {
      out_.was_minor[row] = minor_of(one.was());
      out_.saving_rate_percent[row] = one.saving_rate_percent();
    }
    if (wanted(part::reasons)) {
      out_.conflict[row] = own_.sets->number(one.conflict());
      out_.missing[row] = number_of(one.missing());
      out_.invalid[row] = number_of(one.invalid());
    }
    if (wanted(part::advice)) out_.advice[row] = own_.sets->number(one.advice());
    if (wanted(part::credits)) {
      own_.credits->insert(own_.credits->end(), one.credits().begin(), one.credits().end());
      out_.credits_end[row] = own_.credits->size();
    }
    if (wanted(part::rest)) {
      out_.held[row] = one.held() ? 1 : 0;
      out_.fallback_price_minor[row] = minor_of(one.fallback_price());
      out_.next_change_at_unix_ms[row] = one.next_change_at() ? one.next_change_at()->unix_ms : absent_value;
      out_.currency[row] =
          one.currency() ? static_cast<std::uint16_t>(one.currency()->index()) : decision_columns::no_currency;
    }
  }

 private:
  bool wanted(std::uint32_t part) const noexcept { return (parts_ & part) != 0; }
  std::uint32_t number_of(const std::vector<std::string>& names) {
    if (names.empty()) return 0;
    views_.assign(names.begin(), names.end());
    return own_.sets->number(views_);
  }

  decision_columns& out_;
  std::uint32_t parts_;
  worker_output own_;
  name_list coarse_advice_;  // of a row, with the code
  std::vector<std::string_view> views_;
};

// As many entries as there are rows in the columns that were asked for, none in the others.
void make_room(decision_columns& out, std::size_t rows, std::uint32_t parts) {
  const auto room = [&](auto& column, std::uint32_t part) {
    if ((parts & part) == part) {
      column.resize(rows);
    } else {
      column.clear();
    }
  };
  room(out.status, 0);
  room(out.price_minor, part::price);
  room(out.net_minor, part::net);
  room(out.tax_minor, part::net);
  room(out.was_minor, part::was);
  room(out.saving_rate_percent, part::was);
  room(out.target_e4, part::target);
  room(out.limited_by, part::limited_by);
  room(out.relaxed, part::relaxed);
  room(out.discounts, part::discounts);
  room(out.conflict, part::reasons);
  room(out.missing, part::reasons);
  room(out.invalid, part::reasons);
  room(out.advice, part::advice);
  room(out.credits_end, part::credits);
  room(out.held, part::rest);
  room(out.fallback_price_minor, part::rest);
  room(out.next_change_at_unix_ms, part::rest);
  room(out.currency, part::rest);
  out.credits.clear();
  out.sets.clear();
}

// Runs work(0) .. work(count - 1), each on a thread of its own but for the first. What one throws is thrown here.
template <class Work>
void on_threads(std::size_t count, const Work& work) {
  std::vector<std::exception_ptr> failures(count);
  const auto guarded = [&](std::size_t i) {
    try {
      work(i);
    } catch (...) {
      failures[i] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  try {
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(guarded, i);
  } catch (...) {  // no more threads to be had: this one does the rest
    for (std::size_t i = threads.size() + 1; i < count; ++i) guarded(i);
  }
  guarded(0);
  for (std::thread& one : threads) one.join();
  for (const std::exception_ptr& one : failures) {
    if (one) std::rethrow_exception(one);
  }
}

}  // namespace

// Rows of a batch, by one pricer.
class column_pricer {
 public:
  static void price(pricer& with, const request_columns& rows, std::size_t begin, std::size_t end,
                    decision_columns& out, std::uint32_t parts, worker_output own) {
    try {
      price_blocks(with, rows, begin, end, out, parts, own);
    } catch (...) {
      // Half of what it was about to remember: nothing is better.
      with.blocks_.reset();
      throw;
    }
  }

 private:
  static void price_blocks(pricer& with, const request_columns& rows, std::size_t begin, std::size_t end,
                           decision_columns& out, std::uint32_t parts, worker_output own) {
    if (!with.blocks_) with.blocks_ = std::make_unique<engine::block_memory>(*with.workspace_, *with.linear_);
    engine::block_memory& blocks = *with.blocks_;
    row_writer writer(out, parts, own);
    request asked;
    std::vector<std::string> invalid;
    decision made;
    const auto one_by_one = [&](std::size_t row) {
      request_of_row(with.policy(), rows, row, asked, invalid);
      engine::price_request(*with.workspace_, *with.linear_, asked, invalid, made);
      writer.write(row, made);
    };
    if (!blocks.begin(with.policy(), rows)) {
      for (std::size_t row = begin; row < end; ++row) one_by_one(row);
      return;
    }
    for (; begin < end; begin += engine::block_memory::max_rows) {
      const std::size_t count = std::min(end - begin, engine::block_memory::max_rows);
      // Straight to where it goes. Names of sets are given in the order of rows.
      std::size_t decided = count;
      if (writer.only_quotes()) {
        blocks.decide(begin, count, writer.targets_of(begin));
        if (blocks.all_decided() && blocks.unnamed()) blocks.name_rest(count, *own.sets);
      }
      if (!writer.only_quotes() || !blocks.all_decided()) {
        blocks.decide(begin, count, {.facts = !writer.only_quotes()});
        decided = 0;
        for (std::size_t i = 0; i < count; ++i) {
          if (const auto one = blocks[i]; writer.complete(one)) {
            writer.write(begin + i, blocks, one);
            ++decided;
          } else {
            one_by_one(begin + i);
          }
        }
      }
      with.workspace_->stats().decisions += decided;
      with.workspace_->stats().linear += decided;
      with.workspace_->stats().in_blocks += blocks.rows_vectorised();
    }
  }
};

void price_columns(pricer& with, const request_columns& rows, decision_columns& out, std::uint32_t parts) {
  make_room(out, rows.rows, parts);
  out.policy = with.policy().fingerprint();
  column_pricer::price(with, rows, 0, rows.rows, out, parts, {&out.sets, &out.credits});
}

batch_pricer::batch_pricer(const pricepoint::policy& policy, const batch_options& options) {
  unsigned threads = options.threads;
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < threads; ++i) workers_.emplace_back(policy, options.rates, options.limits);
}

void batch_pricer::price(const request_columns& rows, decision_columns& out, std::uint32_t parts) {
  constexpr std::size_t least = 4096;  // rows worth a thread
  const std::size_t count = std::clamp<std::size_t>(rows.rows / least, 1, workers_.size());
  if (count == 1) return price_columns(workers_[0], rows, out, parts);
  make_room(out, rows.rows, parts);
  out.policy = policy().fingerprint();
  std::vector<name_sets> sets(count);
  std::vector<std::vector<credit_due>> credits(count);
  const auto first_row = [&](std::size_t worker) { return rows.rows * worker / count; };
  on_threads(count, [&](std::size_t i) {
    column_pricer::price(workers_[i], rows, first_row(i), first_row(i + 1), out, parts, {&sets[i], &credits[i]});
  });
  // Numbers of sets and ends of credits as if one had made them all.
  std::vector<std::vector<std::uint32_t>> numbers(count);
  std::vector<std::size_t> credits_before(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint32_t set = 0; set < sets[i].size(); ++set) numbers[i].push_back(out.sets.number(sets[i][set]));
    credits_before[i] = out.credits.size();
    out.credits.insert(out.credits.end(), credits[i].begin(), credits[i].end());
  }
  on_threads(count, [&](std::size_t i) {
    for (std::vector<std::uint32_t>* column :
         {&out.limited_by, &out.relaxed, &out.discounts, &out.conflict, &out.missing, &out.invalid, &out.advice}) {
      if (column->empty()) continue;
      for (std::size_t row = first_row(i); row < first_row(i + 1); ++row) {
        (*column)[row] = numbers[i][(*column)[row]];
      }
    }
    if (out.credits_end.empty()) return;
    for (std::size_t row = first_row(i); row < first_row(i + 1); ++row) out.credits_end[row] += credits_before[i];
  });
}

}  // namespace pricepoint
