// SPDX-License-Identifier: Apache-2.0
// Lines of a record, out and in.
// Entry: record_writer, record_reader, differences. Test: tests/unit/cli/record_test.cpp.
#include "cli/record.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/namespace.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/version.hpp"
#include "rows/row_writer.hpp"
#include "rows/text.hpp"

namespace pricepoint::cli {
namespace {

namespace fs = std::filesystem;

// ---- writing

void append_decimal(std::string& out, const decimal& value) {
  if (detail::fits_int64(value.coefficient())) {
    append_fixed(out, static_cast<std::int64_t>(value.coefficient()), value.scale());
  } else {
    detail::append_scaled(out, value.coefficient(), value.scale());
  }
}

// What an offset moves out of the years that are read, another offset moves back.
std::string instant_text(instant value) {
  std::string text = to_string(value);
  constexpr std::int64_t most = (23 * 60 + 59) * std::int64_t{60'000};
  for (const bool east : {true, false}) {
    if (parse_instant(text)) break;
    text = to_string(instant{value.unix_ms + (east ? most : -most)});
    text.pop_back();
    text.append(east ? "+23:59" : "-23:59");
  }
  return text;
}

// Members of an object, a comma before each but the first.
class members {
 public:
  explicit members(std::string& out) : out_(out), thrown_(std::uncaught_exceptions()) { out_.push_back('{'); }
  members(const members&) = delete;
  members& operator=(const members&) = delete;
  // Throws where there is no memory for it, but not while that is being handled.
  ~members() noexcept(false) {
    if (std::uncaught_exceptions() == thrown_) out_.push_back('}');
  }

  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    start(key);
    append_json_string(out_, value);
  }
  void money(std::string_view key, const std::optional<decimal>& value) {
    if (!value) return;
    start(key);
    out_.push_back('"');
    append_decimal(out_, *value);
    out_.push_back('"');
  }
  void amount_of(std::string_view key, const amount& value) {
    start(key);
    out_.push_back('"');
    append_fixed(out_, value.minor, value.currency.digits());
    out_.push_back('"');
  }
  void start(std::string_view key) {
    if (!first_) out_.push_back(',');
    first_ = false;
    append_json_string(out_, key);
    out_.push_back(':');
  }

 private:
  std::string& out_;
  int thrown_;
  bool first_ = true;
};

void append_request(std::string& out, const request& asked, std::string_view channel,
                    const std::optional<decimal>& current) {
  members to(out);
  to.text("sku", asked.sku);
  to.text("category", asked.category);
  to.text("segment", asked.segment);
  to.text("audience", asked.audience);
  to.money("quantity", asked.quantity);
  to.text("channel", channel);
  to.text("market", asked.market);
  if (!asked.prices.empty()) {
    to.start("prices");
    members prices(out);
    for (const channel_price& one : asked.prices) prices.money(one.channel, one.price);
  }
  to.money("list", asked.list);
  to.money("msrp", asked.msrp);
  to.money("map", asked.map);
  to.money("current", current);
  to.money("lowest_prior", asked.lowest_prior);
  to.money("cost", asked.cost);
  to.money("shipping", asked.shipping);
  to.text("currency", asked.currency);
  if (asked.tax) to.text("tax", to_string(*asked.tax));
  if (asked.fee) to.text("fee", to_string(*asked.fee));
  if (asked.current_since) to.text("current_since", instant_text(*asked.current_since));
  to.money("units", asked.units);
  for (const named_attribute& one : asked.attributes) {
    if (one.value.number()) {
      to.money(one.name, one.value.number());
    } else {
      to.text(one.name, one.value.text());
    }
  }
}

// The current price on one of several channels, as the engine takes it.
std::optional<decimal> current_on(const request& asked, std::string_view channel) {
  std::optional<decimal> current;
  for (const channel_price& one : asked.prices) {
    if (one.channel == channel) current = one.price;
  }
  return current;
}

bool is_file_or_new(const std::string& path) {
  std::error_code none;
  const fs::file_status about = fs::status(path, none);
  return about.type() == fs::file_type::not_found || about.type() == fs::file_type::regular;
}

// Links followed, so that the way from one file to another is the same for both.
fs::path whole_path(const std::string& of) {
  std::error_code wrong;
  const fs::path absolute = fs::absolute(of, wrong);
  const fs::path whole = fs::weakly_canonical(absolute, wrong);
  return wrong ? absolute : whole;
}

// ---- comparing

// The same text for the same value: no blanks, no escapes but the necessary ones.
void append_plain_json(std::string& out, const json_member& value, int depth) {
  constexpr int max_depth = 64;
  if (value.kind == json_kind::string) {
    append_json_string(out, value.text);
    return;
  }
  if ((value.kind != json_kind::object && value.kind != json_kind::array) || depth == max_depth) {
    out.append(value.raw);
    return;
  }
  std::string scratch;
  scratch.reserve(value.raw.size());
  json_row_reader reader(value.raw, scratch, value.kind);
  const bool object = value.kind == json_kind::object;
  out.push_back(object ? '{' : '[');
  bool first = true;
  for (json_member inner; reader.next(inner); first = false) {
    if (!first) out.push_back(',');
    if (object) {
      append_json_string(out, inner.key);
      out.push_back(':');
    }
    append_plain_json(out, inner, depth + 1);
  }
  out.push_back(object ? '}' : ']');
}

struct plain_member {
  std::string_view key;
  std::string_view value;
};

std::vector<plain_member> plain_members(std::string_view object, std::string& scratch) {
  std::vector<plain_member> made;
  json_row_reader reader(object, scratch);
  for (json_member member; reader.next(member);) {
    const std::size_t begin = scratch.size();
    append_plain_json(scratch, member, 0);
    if (member.key != "policy") made.push_back({member.key, std::string_view(scratch).substr(begin)});
  }
  return made;
}

std::string_view value_of(const std::vector<plain_member>& all, std::string_view key) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const plain_member& one) { return one.key == key; });
  return found == all.end() ? std::string_view() : found->value;
}

}  // namespace

std::string policy_file_in(const std::string& record, const std::string& policy) {
  if (policy == "-") return {};
  fs::path path = whole_path(policy);
  if (record != "-" && is_file_or_new(record)) {
    const fs::path near = path.lexically_relative(whole_path(record).parent_path());
    if (!near.empty()) path = near;
  }
  return is_utf8(path.native()) ? path.native() : std::string();
}

std::string policy_path_from(const std::string& record, std::string_view policy_file) {
  const fs::path path(policy_file);
  if (path.is_absolute() || record == "-" || !is_file_or_new(record)) return path.native();
  // The shortest way there is the one that a message should show.
  const fs::path whole = (whole_path(record).parent_path() / path).lexically_normal();
  std::error_code wrong;
  const fs::path here = fs::current_path(wrong);
  const fs::path near = wrong ? fs::path() : whole.lexically_relative(here);
  return near.empty() || near.native().size() >= whole.native().size() ? whole.native() : near.native();
}

void append_recorded_decision(std::string& out, const decision& what) {
  out.push_back('{');
  append_json_members(out, what);
  // The fingerprint is the last member.
  constexpr std::string_view key = ",\"policy\":\"";
  const std::size_t tail = key.size() + what.policy().size() + 1;
  if (!what.policy().empty() && out.size() > tail) out.resize(out.size() - tail);
  out.push_back('}');
}

record_writer::record_writer(const policy& with, std::string_view policy_file, const exchange_rates* rates)
    : rates_(rates), end_(",\"fingerprint\":") {
  append_json_string(end_, with.fingerprint());
  if (!policy_file.empty()) {
    end_.append(",\"policy_file\":");
    append_json_string(end_, policy_file);
  }
  end_.append(",\"version\":");
  append_json_string(end_, version);
  end_.append(",\"zones\":");
  append_json_string(end_, with.zones_version());
  end_.append("}\n");
}

void record_writer::write(std::string& out, const row& from, const row_decider& decider,
                          const std::vector<row_decider::answer>& answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].what == nullptr) {
      unreadable(out, from, answers[i].channel);
    } else {
      decided(out, from.request, answers, i, decider.together(from));
    }
  }
}

void record_writer::decided(std::string& out, const request& asked, const std::vector<row_decider::answer>& answers,
                            std::size_t which, const std::vector<std::string_view>* together) {
  const row_decider::answer& answer = answers[which];
  out.append("{\"request\":");
  append_request(out, asked, answer.channel, together == nullptr ? asked.current : current_on(asked, answer.channel));
  // One instant serves thousands of rows.
  if (asked.at && at_ != asked.at) {
    at_ = asked.at;
    at_text_ = instant_text(*at_);
  }
  if (asked.at) out.append(",\"at\":\"").append(at_text_).append("\"");
  if (together != nullptr) {
    out.append(",\"channels\":");
    char separator = '[';
    for (const std::string_view channel : *together) {
      out.push_back(separator);
      append_json_string(out, channel);
      separator = ',';
    }
    out.push_back(']');
    const auto has_price = [](const row_decider::answer& one) { return one.what->price().has_value(); };
    const auto end = answers.begin() + static_cast<std::ptrdiff_t>(which);
    if (std::any_of(answers.begin(), end, has_price)) {
      out.append(",\"carried\":");
      members carried(out);
      for (auto one = answers.begin(); one != end; ++one) {
        if (has_price(*one)) carried.amount_of(one->channel, *one->what->price());
      }
    }
  }
  append_rate(out, asked, *answer.what);
  out.append(",\"decision\":");
  append_recorded_decision(out, *answer.what);
  out.append(end_);
}

void record_writer::append_rate(std::string& out, const request& asked, const decision& made) const {
  if (rates_ == nullptr || asked.currency.empty() || !asked.at || !made.currency()) return;
  const auto given = find_currency(asked.currency);
  if (!given || *given == *made.currency()) return;
  // The one that counts, and the next, which says how long the answer holds.
  const exchange_rate* const used = rates_->find(*given, *made.currency(), *asked.at);
  const auto next = rates_->next_after(*given, *made.currency(), *asked.at);
  const exchange_rate* const follows = next ? rates_->find(*given, *made.currency(), *next) : nullptr;
  if (used == nullptr && follows == nullptr) return;
  out.append(",\"rates\":[");
  for (const exchange_rate* const one : {used, follows}) {
    if (one == nullptr) continue;
    if (one == follows && used != nullptr) out.push_back(',');
    members rate(out);
    rate.text("from", one->from.code());
    rate.text("to", one->to.code());
    rate.money("rate", one->factor);
    rate.text("at", instant_text(one->at));
  }
  out.push_back(']');
}

void record_writer::unreadable(std::string& out, const row& from, std::string_view channel) const {
  out.append("{\"unreadable\":");
  {
    members what(out);
    what.start("line");
    append_number(out, from.line);
    what.text("sku", from.request.sku);
    what.text("channel", channel);
    what.text("market", from.request.market);
  }
  out.append(",\"decision\":{\"status\":\"invalid\",\"invalid\":");
  char separator = '[';
  for (const std::string& problem : from.problems) {
    out.push_back(separator);
    append_json_string(out, problem);
    separator = ',';
  }
  out.append("]}").append(end_);
}

// ---- reading

field_table record_fields(const policy& with) {
  auto attributes = with.attributes();
  for (auto& one : attributes) one.type = policy::attribute_info::kind::text;
  return {with.channels(), attributes};
}

void record_reader::start(const block& from) {
  at_ = from.bytes.data();
  end_ = at_ + from.bytes.size();
  line_ = from.first_line;
  too_long_ = from.problem == record_problem::too_long;
  block_is_utf8_ = is_utf8(from.bytes.view());
}

bool record_reader::next(recorded_decision& out) {
  while (at_ != end_) {
    const char* const begin = at_;
    at_ = std::find(at_, end_, '\n') + 1;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    out.line = line_++;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    out.problem.clear();
    out.unreadable = false;
    out.channels.clear();
    out.rates.clear();
    out.decision = out.fingerprint = out.policy_file = out.version = out.zones = {};
    out.scratch.clear();
    out.scratch.reserve(text.size());
    if (too_long_) {
      out.problem = "it is too long";
    } else if (!block_is_utf8_ && !is_utf8(text)) {
      out.problem = "it is not UTF-8";
    } else {
      read(text, out);
    }
    return true;
  }
  return false;
}

void record_reader::read(std::string_view text, recorded_decision& out) {
  constexpr std::string_view needed[] = {"request", "at", "decision", "fingerprint", "version"};
  const auto wrong = [&out](std::string_view member, std::string_view why) {
    if (out.problem.empty()) out.problem.append("\"").append(member).append("\" ").append(why);
  };
  const auto take_text = [&](std::string_view& to, const json_member& member) {
    if (member.kind == json_kind::string) {
      to = member.text;
    } else {
      wrong(member.key, "is no text");
    }
  };
  json_row_reader reader(text, out.scratch);
  std::string_view at_text;
  std::string_view object;
  std::uint32_t seen = 0;
  for (json_member member; reader.next(member);) {
    const auto* const place = std::find(std::begin(needed), std::end(needed), member.key);
    if (place != std::end(needed)) {
      const std::uint32_t bit = 1u << (place - std::begin(needed));
      if ((seen & bit) != 0) wrong(member.key, "stands twice");
      seen |= bit;
    }
    if (member.key == "request" || member.key == "decision") {
      if (member.kind != json_kind::object) wrong(member.key, "is no object");
      (member.key == "request" ? object : out.decision) = member.raw;
    } else if (member.key == "at") {
      take_text(at_text, member);
    } else if (member.key == "fingerprint") {
      take_text(out.fingerprint, member);
    } else if (member.key == "policy_file") {
      take_text(out.policy_file, member);
    } else if (member.key == "version") {
      take_text(out.version, member);
    } else if (member.key == "zones") {
      take_text(out.zones, member);
    } else if (member.key == "unreadable") {
      out.unreadable = true;
    } else if (member.key == "channels" || member.key == "rates") {
      read_list(member, out);
    }
  }
  if (reader.failed()) {
    out.problem = "column " + number(count_code_points(text.substr(0, reader.error_offset())) + 1) + ": ";
    out.problem.append(reader.error());
    return;
  }
  // A row that was not decided has no request and no time.
  const std::size_t first = out.unreadable ? 2 : 0;
  for (std::size_t i = first; i < std::size(needed); ++i) {
    if ((seen >> i & 1u) == 0) wrong(needed[i], "is missing");
  }
  if (!out.problem.empty() || out.unreadable) return;
  requests_.read(object, out.line, out.asked);
  if (!out.asked.problems.empty()) {
    const std::string_view why = out.asked.problems.front();
    wrong("request", why.substr(std::min(why.find("column"), why.size())));
  }
  out.asked.request.at = parse_instant(at_text);
  out.asked.at_text = at_text;
  if (!out.asked.request.at) wrong("at", "is not an instant with its offset");
}

std::string first_invalid(const recorded_decision& of) {
  std::string scratch;
  scratch.reserve(2 * of.decision.size());
  json_row_reader members_of(of.decision, scratch);
  for (json_member member; members_of.next(member);) {
    if (member.key != "invalid" || member.kind != json_kind::array) continue;
    json_row_reader list(member.raw, scratch, json_kind::array);
    json_member one;
    return list.next(one) && one.kind == json_kind::string ? std::string(one.text) : std::string();
  }
  return {};
}

void record_reader::read_list(const json_member& from, recorded_decision& out) const {
  const bool names = from.key == "channels";
  json_row_reader reader(from.raw, out.scratch, json_kind::array);
  for (json_member one; reader.next(one);) {
    if (names && one.kind == json_kind::string) {
      out.channels.push_back(one.text);
    } else if (!names && one.kind == json_kind::object) {
      read_rate(one, out);
    } else {
      out.problem = names ? "\"channels\" is no list of names" : "\"rates\" is no list of rates";
    }
  }
  if (reader.failed()) out.problem = names ? "\"channels\" is no list of names" : "\"rates\" is no list of rates";
}

void record_reader::read_rate(const json_member& from, recorded_decision& out) const {
  std::optional<currency> source;
  std::optional<currency> target;
  std::optional<decimal> factor;
  std::optional<instant> at;
  json_row_reader reader(from.raw, out.scratch);
  for (json_member member; reader.next(member);) {
    if (member.key == "from") source = find_currency(member.text);
    if (member.key == "to") target = find_currency(member.text);
    if (member.key == "rate") factor = parse_decimal(member.text);
    if (member.key == "at") at = parse_instant(member.text);
  }
  if (source && target && factor && factor->sign() > 0 && at) {
    out.rates.push_back({*source, *target, *factor, *at});
  } else {
    out.problem = "\"rates\": " + in_quotes(from.raw) + " is no rate with from, to, rate and at";
  }
}

bool same_call(const recorded_decision& a, const recorded_decision& b) {
  const request& x = a.asked.request;
  const request& y = b.asked.request;
  const auto same_rate = [](const exchange_rate& one, const exchange_rate& other) {
    return one.from == other.from && one.to == other.to && one.factor == other.factor && one.at == other.at;
  };
  const auto same_price = [](const channel_price& one, const channel_price& other) {
    return one.channel == other.channel && one.price == other.price;
  };
  const auto same_attribute = [](const named_attribute& one, const named_attribute& other) {
    return one.name == other.name && one.value.text() == other.value.text() &&
           one.value.number() == other.value.number();
  };
  // All but the channel and its current price.
  return !a.channels.empty() && a.channels == b.channels &&
         std::equal(a.rates.begin(), a.rates.end(), b.rates.begin(), b.rates.end(), same_rate) && x.sku == y.sku &&
         x.category == y.category && x.segment == y.segment && x.audience == y.audience && x.quantity == y.quantity &&
         x.market == y.market && x.at == y.at &&
         std::equal(x.prices.begin(), x.prices.end(), y.prices.begin(), y.prices.end(), same_price) &&
         x.list == y.list && x.msrp == y.msrp && x.map == y.map && x.lowest_prior == y.lowest_prior &&
         x.cost == y.cost && x.shipping == y.shipping && x.currency == y.currency && x.tax == y.tax && x.fee == y.fee &&
         x.current_since == y.current_since && x.units == y.units &&
         std::equal(x.attributes.begin(), x.attributes.end(), y.attributes.begin(), y.attributes.end(), same_attribute);
}

// ---- comparing

std::vector<difference> differences(std::string_view was, std::string_view is, std::string& scratch) {
  std::vector<difference> made;
  scratch.clear();
  // Keys are decoded once, values written anew: an escape of two letters becomes at most six.
  scratch.reserve(4 * (was.size() + is.size()));
  const std::vector<plain_member> before = plain_members(was, scratch);
  const std::vector<plain_member> after = plain_members(is, scratch);
  for (const plain_member& one : before) {
    if (const std::string_view now = value_of(after, one.key); now != one.value) {
      made.push_back({one.key, one.value, now});
    }
  }
  for (const plain_member& one : after) {
    if (value_of(before, one.key).empty()) made.push_back({one.key, {}, one.value});
  }
  std::stable_sort(made.begin(), made.end(), [](const difference& a, const difference& b) {
    return output_place(a.member) < output_place(b.member);
  });
  return made;
}

std::string plain_value(std::string_view json) {
  std::string text;
  if (json.empty()) return text;
  std::string scratch;
  scratch.reserve(2 * json.size());
  if (json.front() == '"') {
    // A text is read as the only one of a list.
    const std::string list = "[" + std::string(json) + "]";
    json_row_reader reader(list, scratch, json_kind::array);
    for (json_member one; reader.next(one);) text = one.text;
    return text;
  }
  if (json.front() != '[') return std::string(json);
  json_row_reader reader(json, scratch, json_kind::array);
  for (json_member one; reader.next(one);) {
    if (!text.empty()) text.push_back(' ');
    if (one.kind != json_kind::object) {
      text.append(one.text);
      continue;
    }
    const char* separator = "";
    json_row_reader inside(one.raw, scratch);
    for (json_member part; inside.next(part); separator = ":") text.append(separator).append(part.text);
  }
  return text;
}

}  // namespace pricepoint::cli
