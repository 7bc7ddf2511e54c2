// SPDX-License-Identifier: Apache-2.0
// RFC 8259 for one line, strictly. That the text is UTF-8 is known before.
// Entry: json_row_reader. Test: tests/unit/rows/json_row_test.cpp.
#include "rows/json_row.hpp"

namespace pricepoint::rows {
namespace {

constexpr int max_depth = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_code_point(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace

json_row_reader::json_row_reader(std::string_view text, std::string& scratch, json_kind what) noexcept
    : text_(text), scratch_(scratch), object_(what == json_kind::object) {}

bool json_row_reader::fail(const char* what) noexcept {
  if (error_ == nullptr) {
    error_ = what;
    error_offset_ = at_;
  }
  return false;
}

void json_row_reader::blanks() noexcept {
  while (at(' ') || at('\t') || at('\r') || at('\n')) ++at_;
}

bool json_row_reader::next(json_member& out) {
  if (done_ || failed()) return false;
  const char close = object_ ? '}' : ']';
  blanks();
  if (first_) {
    if (!at(object_ ? '{' : '[')) return fail(object_ ? "expected an object" : "expected a list");
    ++at_;
    blanks();
    if (at(close)) return after_container();
  } else {
    if (at(close)) return after_container();
    if (!at(',')) return fail(object_ ? "expected \",\" or \"}\"" : "expected \",\" or \"]\"");
    ++at_;
    blanks();
  }
  first_ = false;
  out.raw_key = out.key = {};
  if (object_) {
    if (!at('"')) return fail("expected a name in quotation marks");
    if (!string(out.raw_key, out.key)) return false;
    blanks();
    if (!at(':')) return fail("expected \":\"");
    ++at_;
    blanks();
  }
  const std::size_t begin = at_;
  if (!value(out, 0)) return false;
  out.raw = text_.substr(begin, at_ - begin);
  if (out.kind != json_kind::string) out.text = out.raw;
  return true;
}

bool json_row_reader::after_container() {
  ++at_;
  done_ = true;
  blanks();
  if (at_ != text_.size())
    return fail(object_ ? "expected nothing after the object" : "expected nothing after the list");
  return false;
}

bool json_row_reader::value(json_member& out, int depth) {
  if (at_ == text_.size()) return fail("expected a value");
  switch (text_[at_]) {
    case '"': {
      out.kind = json_kind::string;
      std::string_view raw;
      return string(raw, out.text);
    }
    case '{':
    case '[': {
      out.kind = text_[at_] == '{' ? json_kind::object : json_kind::array;
      const bool outer = skipping_;
      skipping_ = true;
      const bool good = skip_container(depth + 1);
      skipping_ = outer;
      return good;
    }
    case 't':
      out.kind = json_kind::boolean;
      return word("true");
    case 'f':
      out.kind = json_kind::boolean;
      return word("false");
    case 'n':
      out.kind = json_kind::null;
      return word("null");
    default:
      out.kind = json_kind::number;
      return number();
  }
}

bool json_row_reader::skip_container(int depth) {
  if (depth > max_depth) return fail("nested too deeply");
  const bool object = text_[at_++] == '{';
  const char close = object ? '}' : ']';
  blanks();
  if (at(close)) {
    ++at_;
    return true;
  }
  for (;;) {
    json_member inner;
    if (object) {
      if (!at('"')) return fail("expected a name in quotation marks");
      std::string_view raw;
      if (!string(raw, inner.key)) return false;
      blanks();
      if (!at(':')) return fail("expected \":\"");
      ++at_;
      blanks();
    }
    if (!value(inner, depth)) return false;
    blanks();
    if (at(close)) {
      ++at_;
      return true;
    }
    if (!at(',')) return fail(object ? "expected \",\" or \"}\"" : "expected \",\" or \"]\"");
    ++at_;
    blanks();
  }
}

bool json_row_reader::string(std::string_view& raw, std::string_view& decoded) {
  const std::size_t begin = ++at_;
  const std::size_t scratch_begin = scratch_.size();
  std::size_t plain = begin;
  bool escaped = false;
  for (;; ++at_) {
    if (at_ == text_.size()) return fail("a text is not closed");
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a text");
    if (c == '"') break;
    if (c != '\\') continue;
    if (!skipping_) scratch_.append(text_, plain, at_ - plain);
    escaped = true;
    if (!escape()) return false;
    plain = at_ + 1;
  }
  raw = text_.substr(begin, at_ - begin);
  decoded = raw;
  if (escaped && !skipping_) {
    scratch_.append(text_, plain, at_ - plain);
    decoded = std::string_view(scratch_).substr(scratch_begin);
  }
  ++at_;
  return true;
}

// At the backslash; leaves at the escape's last byte.
bool json_row_reader::escape() {
  if (++at_ == text_.size()) return fail("a text is not closed");
  std::uint32_t c = 0;
  switch (text_[at_]) {
    case '"':
      c = '"';
      break;
    case '\\':
      c = '\\';
      break;
    case '/':
      c = '/';
      break;
    case 'b':
      c = '\b';
      break;
    case 'f':
      c = '\f';
      break;
    case 'n':
      c = '\n';
      break;
    case 'r':
      c = '\r';
      break;
    case 't':
      c = '\t';
      break;
    case 'u':
      if (!unicode(c)) return false;
      if (c >= 0xDC00 && c <= 0xDFFF) return fail("half a character");
      if (c >= 0xD800 && c <= 0xDBFF) {
        std::uint32_t low = 0;
        if (at_ + 2 >= text_.size() || text_[at_ + 1] != '\\' || text_[at_ + 2] != 'u') return fail("half a character");
        at_ += 2;
        if (!unicode(low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return fail("half a character");
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      }
      break;
    default:
      return fail("an unknown escape");
  }
  if (!skipping_) append_code_point(scratch_, c);
  return true;
}

bool json_row_reader::unicode(std::uint32_t& unit) noexcept {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    if (++at_ == text_.size()) return fail("a text is not closed");
    const char c = text_[at_];
    std::uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return fail("expected four hexadecimal digits");
    }
    unit = unit << 4 | digit;
  }
  return true;
}

bool json_row_reader::digits() noexcept {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return at_ > begin || fail("expected a value");
}

bool json_row_reader::number() noexcept {
  if (at('-')) ++at_;
  if (at('0')) {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (at('.')) {
    ++at_;
    if (!digits()) return false;
  }
  if (at('e') || at('E')) {
    ++at_;
    if (at('+') || at('-')) ++at_;
    if (!digits()) return false;
  }
  return true;
}

bool json_row_reader::word(std::string_view expected) noexcept {
  if (text_.substr(at_, expected.size()) != expected) return fail("expected a value");
  at_ += expected.size();
  return true;
}

}  // namespace pricepoint::rows
