// SPDX-License-Identifier: Apache-2.0
// Mistakes become diagnostics in the order of the text. Entries: mistakes::take, text_offsets. Test:
// tests/unit/market/read_value_test.cpp.
#include "text/mistakes.hpp"

#include "text/codes.hpp"

namespace pricepoint::policy_language {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<diagnostic> mistakes::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const entry& a, const entry& b) { return a.offset < b.offset; });
  std::vector<diagnostic> out;
  for (auto& one : found_) {
    out.push_back(text_->diagnose(one.code, one.offset, std::move(one.message), std::move(one.hint)));
  }
  if (count_ > found_.size()) {
    diagnostic rest;
    rest.code = codes::more_mistakes;
    rest.file = text_->file();
    rest.message = say("and ", std::to_string(count_ - found_.size()), " more mistakes that are not shown");
    out.push_back(std::move(rest));
  }
  return out;
}

text_offsets::text_offsets(const source& text, const json_node& node)
    : begin_(node.type == json_node::kind::string && !node.cell ? node.offset + 1 : node.offset),
      size_(node.text.size()) {
  if (node.cell) {
    if (node.end - node.offset == size_) return;
    // A quote inside a quoted cell stands twice.
    std::size_t at = begin_;
    for (const char c : node.text) {
      escaped_.push_back(at);
      at += c == '"' ? 2 : 1;
    }
    escaped_.push_back(at);
    return;
  }
  if (node.type != json_node::kind::string || node.end - node.offset == size_ + 2) return;
  const std::string_view raw = text.from(begin_);
  escaped_.reserve(size_ + 1);
  std::size_t at = 0;
  while (escaped_.size() < size_) {
    std::size_t length = 1;
    std::size_t decoded = 1;
    if (raw[at] == '\\') {
      length = 2;
      if (raw[at + 1] == 'u') {
        const auto hex = [&](std::size_t i) {
          const char c = raw[i];
          return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        };
        const unsigned unit = hex(at + 2) << 12 | hex(at + 3) << 8 | hex(at + 4) << 4 | hex(at + 5);
        const bool pair = unit >= 0xD800 && unit < 0xE000;
        length = pair ? 12 : 6;
        decoded = pair ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
      }
    }
    escaped_.insert(escaped_.end(), decoded, begin_ + at);
    at += length;
  }
  escaped_.push_back(begin_ + at);
}

}  // namespace pricepoint::policy_language
