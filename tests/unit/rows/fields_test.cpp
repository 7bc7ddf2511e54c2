// SPDX-License-Identifier: Apache-2.0
#include "rows/fields.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pricepoint::rows {
namespace {

using kind = policy::attribute_info::kind;

field_table table() {
  return {{"store", "web"}, {{"role", kind::words}, {"stock", kind::number}, {"wholesale", kind::money_net}}};
}

std::string why(offer& to, const field_table& names, std::string_view name, std::string_view text) {
  const char* const reason = set_field(to, names.find(name), text);
  return reason == nullptr ? "" : reason;
}

TEST(rows_fields, finds_fields_by_name) {
  const field_table names = table();
  EXPECT_EQ(names.find("cost").kind, field_kind::cost);
  EXPECT_EQ(names.find("price.web").kind, field_kind::price);
  EXPECT_EQ(names.find("price.web").name, "web");
  EXPECT_EQ(names.find("price.dealer").kind, field_kind::unknown) << "a channel that the policy does not declare";
  EXPECT_EQ(names.find("stock").kind, field_kind::attribute);
  EXPECT_EQ(names.find("coast").kind, field_kind::unknown);
  EXPECT_EQ(names.nearest_to("coast"), "cost");
  EXPECT_EQ(names.nearest_to("price_stroe"), "price.store");
  EXPECT_EQ(names.nearest_to("description"), "");
}

TEST(rows_fields, finds_names_without_case) {
  const field_table names({"store", "Web", "web"}, {{"Role", kind::text}, {"seller", kind::text}}, row_kind::offers);
  EXPECT_EQ(names.find("SKU").kind, field_kind::sku);
  EXPECT_EQ(names.find("Price.Store").name, "store");
  EXPECT_EQ(names.find_price("STORE").name, "store");
  EXPECT_EQ(names.find("role").name, "Role");
  EXPECT_EQ(names.find("Seller").kind, field_kind::seller);
  EXPECT_EQ(names.find("price.Web").name, "Web") << "as it is written, where two differ by nothing but case";
  EXPECT_EQ(names.find("price.web").name, "web");
  EXPECT_EQ(names.find("price.WEB").kind, field_kind::unknown);
  const field store = names.find("PRICE.store");
  EXPECT_EQ(names.name(store.index), "price.store");
  EXPECT_TRUE(store.is_read);
}

TEST(rows_fields, doubts_about_names) {
  const field_table names = table();
  const auto said = [&](std::string_view name) {
    const auto doubt = names.doubt_about(name);
    return doubt ? std::string(doubt->code) + " " + doubt->why + " / " + doubt->hint : std::string();
  };
  EXPECT_EQ(said("note"), "");
  EXPECT_EQ(said("cots"), "PP-I004 is no field and is carried through / did you mean cost?");
  EXPECT_EQ(said("price.shop"),
            "PP-I015 is a price on a channel that the policy does not have and is carried through / the policy has "
            "\"store\" and "
            "\"web\"");
  EXPECT_EQ(said("Price.Stroe"),
            "PP-I015 is a price on a channel that the policy does not have and is carried through / the policy has "
            "\"store\" and "
            "\"web\"; did you mean price.store?");
  EXPECT_EQ(said("\xD1\x81ost"),
            "PP-I004 has U+0441, which looks like c, so that it is no field and is carried through / did you mean "
            "cost?");
  EXPECT_EQ(said("co\xE2\x80\x8Bst"),
            "PP-I004 has U+200B, which is invisible, so that it is no field and is carried through / did you mean "
            "cost?");
  EXPECT_EQ(said("price\xC2\xA0web"),
            "PP-I004 has U+00A0, which looks like a blank, so that it is no field and is carried through / did you "
            "mean price.web?");
  EXPECT_EQ(said("Gr\xC3\xB6\xC3\x9F"
                 "e"),
            "")
      << "letters of other languages are none";
}

TEST(rows_fields, sets_every_kind_of_field) {
  const field_table names = table();
  offer seen;
  request& to = seen.request;
  EXPECT_EQ(why(seen, names, "sku", "A1"), "");
  EXPECT_EQ(why(seen, names, "cost", "12.50"), "");
  EXPECT_EQ(why(seen, names, "tax", "19%"), "");
  EXPECT_EQ(why(seen, names, "at", "2026-11-11T00:00:00Z"), "");
  EXPECT_EQ(why(seen, names, "price.store", "32.00"), "");
  EXPECT_EQ(why(seen, names, "role", "traffic"), "");
  EXPECT_EQ(why(seen, names, "stock", "1500"), "");
  EXPECT_EQ(to.sku, "A1");
  EXPECT_EQ(to.cost, parse_decimal("12.5"));
  EXPECT_EQ(to.tax, parse_rate("19%"));
  EXPECT_EQ(to.at, parse_instant("2026-11-11T00:00:00Z"));
  ASSERT_EQ(to.prices.size(), 1u);
  EXPECT_EQ(to.prices[0].channel, "store");
  ASSERT_EQ(to.attributes.size(), 2u);
  EXPECT_EQ(to.attributes[0].value.text(), "traffic");
  EXPECT_EQ(to.attributes[1].value.number(), parse_decimal("1500"));

  clear_request(to);
  EXPECT_TRUE(to.sku.empty());
  EXPECT_FALSE(to.cost || to.tax || to.at);
  EXPECT_TRUE(to.prices.empty() && to.attributes.empty());
}

TEST(rows_fields, says_why_not) {
  const field_table names = table();
  offer seen;
  for (const char* const text : {"abc", "1e", "x12,50", " 12", "1.", ".5", "+1", "$1"}) {
    EXPECT_EQ(why(seen, names, "cost", text), "is not an amount of money") << text;
    EXPECT_EQ(why(seen, names, "price.web", text), "is not an amount of money") << text;
    EXPECT_EQ(why(seen, names, "wholesale", text), "is not an amount of money") << text;
    EXPECT_EQ(why(seen, names, "quantity", text), "is not a number") << text;
    EXPECT_EQ(why(seen, names, "stock", text), "is not a number") << text;
  }
  EXPECT_EQ(why(seen, names, "cost", "-1e5"), "has an exponent; exact numbers have none");
  EXPECT_EQ(why(seen, names, "stock", "1.5E-400"), "has an exponent; exact numbers have none");
  EXPECT_EQ(why(seen, names, "price.web", "12,50"),
            "has a comma; the decimal sign is a point, and digits are not grouped");
  EXPECT_EQ(why(seen, names, "quantity", "1234567890123456"),
            "has too many digits; at most 15, then a point and at most 9");
  EXPECT_EQ(why(seen, names, "tax", "8"), "is not a rate (such as \"8%\")");
  EXPECT_EQ(why(seen, names, "current_since", "2026-11-11"),
            "is not an instant with its offset (such as \"2026-11-11T00:00:00+08:00\")");
}

}  // namespace
}  // namespace pricepoint::rows
