#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the demo's catalogue.csv: real products, and everything else that a shop knows about them.

    python3 make_catalogue.py [online-retail.csv [catalogue.csv]]

Products, descriptions, GBP prices and units sold are real (see README.md for the source). The source is a
wholesaler's, so its price is taken for what a shop *pays*; what a shop *asks*, and every other column, is made
here, by the rules that README.md states column by column. The same input gives the same output, byte for byte:
where a rule needs chance, it draws it from a hash of the product and the market, and no float touches an amount.
"""

import csv
import hashlib
import re
import sys
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
D = Decimal

# One pound in each currency (a round figure of its time, fixed), the tax contained in a displayed price (0 where
# prices are shown without), and how many times the wholesale price a store of that market asks.
MARKETS = {
    "CN": {"currency": "CNY", "rate": D("9.15"), "tax": D("0.13"), "factor": D("2.3"), "units": 40},
    "DE": {"currency": "EUR", "rate": D("1.17"), "tax": D("0.19"), "factor": D("2.6"), "units": 20},
    "JP": {"currency": "JPY", "rate": D("190"), "tax": D("0.10"), "factor": D("2.5"), "units": 10},
    "US": {"currency": "USD", "rate": D("1.27"), "tax": D("0"), "factor": D("2.2"), "units": 30},
}
MINOR = {"CNY": D("0.01"), "EUR": D("0.01"), "JPY": D("1"), "USD": D("0.01")}

# What is no product: a gift voucher, two services, a charge.
NOT_PRODUCTS = {"22016", "23444", "23574", "23702"}
# Cheaper articles (beads, single stickers) are not sold by the piece.
CHEAPEST = D("0.20")

# The first line with a word of the description decides.
CATEGORIES = [
    ("seasonal/christmas", "CHRISTMAS XMAS SANTA REINDEER SNOWFLAKE SNOWFLAKES SNOWMAN SNOWMEN ADVENT YULETIDE"),
    ("seasonal/easter", "EASTER"),
    ("seasonal/halloween", "HALLOWEEN SKULL SKULLS"),
    ("jewellery/necklaces", "NECKLACE NECKLACES"),
    ("jewellery/earrings", "EARRING EARRINGS"),
    ("jewellery/bracelets", "BRACELET BRACELETS BANGLE BANGLES"),
    ("jewellery/rings", "RING RINGS"),
    ("jewellery/other", "BROOCH CHARM CHARMS DIAMANTE HAIR HAIRCLIP HAIRCLIPS KEYRING JEWELLERY"),
    ("home/mirrors", "MIRROR MIRRORS"),
    ("home/clocks", "CLOCK CLOCKS"),
    ("home/candles", "CANDLE CANDLES CANDLESTICK CANDLEHOLDER T-LIGHT T-LIGHTS LANTERN LANTERNS INCENSE"),
    ("home/lighting", "LIGHT LIGHTS LAMP LAMPSHADE CHANDELIER"),
    ("home/frames", "FRAME FRAMES PHOTO PICTURE"),
    ("home/textiles", "CUSHION CUSHIONS DOORMAT QUILT THROW TOWEL TOWELS RUG CURTAIN"),
    ("kitchen/tea-and-coffee", "MUG MUGS CUP CUPS TEA TEAPOT TEACUP COFFEE TEASPOON TEASPOONS COSY"),
    ("kitchen/baking", "CAKE CAKES CAKESTAND BAKING CUTTER CUTTERS MOULD MOULDS JELLY JAM"),
    ("kitchen/tableware", "BOWL BOWLS PLATE PLATES DISH DISHES CUTLERY GLASS GLASSES NAPKINS TRAY TRAYS EGG COASTER COASTERS"),
    ("kitchen/other", "LUNCH BOTTLE FLASK KITCHEN PANTRY APRON RECIPE SPOON JUG"),
    ("bags/bags", "BAG BAGS SHOPPER HANDBAG TOTE SUITCASE"),
    ("bags/purses", "PURSE PURSES WALLET"),
    ("paper/wrap", "WRAP GIFTWRAP RIBBON RIBBONS TISSUE TISSUES TAPE"),
    ("paper/cards", "CARD CARDS POSTCARD ENVELOPE"),
    ("paper/stationery", "NOTEBOOK PEN PENCIL PENCILS STICKER STICKERS BOOK CALENDAR ERASER RUBBER CHALK STAMP STAMPS"),
    ("garden", "GARDEN PLANT PLANTER WATERING POT POTS HERB HERBS BIRD BIRDHOUSE FEEDER PARASOL"),
    ("toys", "TOY TOYS DOLL DOLLS GAME GAMES JIGSAW PUZZLE SKITTLES MARBLES PLAYHOUSE SOLDIERS SKIPPING"),
    ("party", "PARTY BALLOON BALLOONS BUNTING GARLAND CONFETTI BIRTHDAY DOILY DOILIES"),
    ("home/storage", "BOX BOXES BASKET BASKETS DRAWER DRAWERS CABINET STORAGE TIN TINS JAR JARS CHEST"),
    ("home/hardware", "HOOK HOOKS KNOB KNOBS HANGER HANGERS DOORSTOP STAND RACK"),
    ("home/decoration", "DECORATION HANGING WALL SIGN HEART HEARTS ART ORNAMENT LETTER TILE WREATH FLOWER FLOWERS"),
]
CATEGORY_OF = {}
for path, words in CATEGORIES:
    for word in words.split():
        CATEGORY_OF.setdefault(word, path)
RANK = {path: rank for rank, (path, _) in enumerate(CATEGORIES)}

COLUMNS = [
    "sku", "description", "category", "market", "role", "stock", "units", "list", "msrp", "map", "price.store",
    "price.dealer", "price.web", "current", "current_since", "lowest_prior", "wholesale", "cost", "shipping",
]


def draw(size, *key):
    """A whole number from 0 below size that looks like chance and never changes."""
    digest = hashlib.sha256("/".join(key).encode()).digest()
    return int.from_bytes(digest[:8], "big") % size


def to_step(amount, step, rounding=ROUND_HALF_UP):
    return (amount / step).quantize(D(1), rounding) * step


def category(description):
    words = re.findall(r"[A-Z][A-Z-]*", description.upper())
    found = [CATEGORY_OF[word] for word in words if word in CATEGORY_OF]
    return min(found, key=RANK.__getitem__) if found else "other"


def store_price(amount, currency):
    """Rounded as shelf labels are."""
    if currency == "CNY":
        step = D("0.10") if amount < 10 else D("0.50") if amount < 100 else D("1")
        return max(to_step(amount, step), D("0.10"))
    if currency == "JPY":
        return max(to_step(amount, D("10") if amount < 1000 else D("50")), D("10"))
    step = D("0.10") if amount < 20 else D("0.50") if amount < 100 else D("1")
    return max(to_step(amount, step) - D("0.01"), D("0.09"))


def web_price(amount, currency):
    """Ends as a web shop's prices do: the highest such amount at or below the given one."""
    if currency == "CNY":
        if amount < 100:
            return max(to_step(amount - D("0.90"), D("1"), ROUND_FLOOR) + D("0.90"), D("0.90"))
        return to_step(amount - 8, D("10"), ROUND_FLOOR) + 8
    if currency == "JPY":
        step, tail = (D("10"), D("8")) if amount < 1000 else (D("100"), D("80"))
        return max(to_step(amount - tail, step, ROUND_FLOOR) + tail, tail)
    if amount < 20:
        return max(to_step(amount - D("0.09"), D("0.10"), ROUND_FLOOR) + D("0.09"), D("0.09"))
    if amount < 100:
        return to_step(amount - D("0.99"), D("1"), ROUND_FLOOR) + D("0.99")
    return to_step(amount, D("5"), ROUND_FLOOR)


def row_of(product, market):
    sku, gbp, currency = product["sku"], product["gbp"], MARKETS[market]["currency"]
    facts, minor = MARKETS[market], MINOR[MARKETS[market]["currency"]]
    bought = gbp * facts["rate"]

    def chance(size, purpose):
        return draw(size, sku, market, purpose)

    def money(amount):
        return amount.quantize(minor, ROUND_HALF_UP)

    store = store_price(bought * facts["factor"], currency)
    row = {
        "sku": sku,
        "description": product["description"],
        "category": product["category"],
        "market": market,
        "role": product["role"],
        "units": -(-product["units"] * facts["units"] // 100),
        "price.store": money(store),
        "cost": money(bought * (90 + chance(45, "cost")) / 100),
        "shipping": money((D("0.06") + gbp * D("0.03")) * facts["rate"]),
    }
    row["stock"] = row["units"] * (5 + chance(60, "stock")) // 100

    listed = chance(10, "list")
    if listed:  # 1 in 10 has no list price, 2 in 10 are listed above what the store asks
        row["list"] = money(store if listed > 2 else store_price(store * D("1.1"), currency))
    if chance(10, "msrp") < 6:
        row["msrp"] = money(max(store, row.get("list", store), store_price(store * D("1.05"), currency)))
    if market == "US" and chance(4, "map") == 0:
        row["map"] = money(to_step(store * D("0.90"), D("0.01"), ROUND_FLOOR))

    if chance(100, "dealer") < 45:
        row["price.dealer"] = money(store_price(store * (95 + chance(7, "dealer price")) / 100, currency))
        row["wholesale"] = money(store / (1 + facts["tax"]) * D("0.62"))

    if chance(100, "current") < 55:
        current = min(web_price(store * (88 + chance(11, "current price")) / 100, currency), store)
        current = max(current, row.get("map", current))
        row["current"] = row["price.web"] = money(current)
        row["current_since"] = ("2026-08-17T00:00:00Z", "2026-10-12T00:00:00Z")[chance(2, "since")]
        row["lowest_prior"] = money(web_price(current * D("0.95"), currency) if chance(3, "prior") == 0 else current)

    # What goes wrong in a real catalogue: forgotten costs, products that no store prices, a cost typed for a dozen.
    trouble = chance(1000, "trouble")
    if trouble < 6:
        del row["cost"]
    elif trouble < 10:
        del row["price.store"]
    elif trouble < 15:
        row["cost"] = money(store * D("1.2"))
    return row


def products_of(source):
    with open(source, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sku"] not in NOT_PRODUCTS and D(row["price"]) >= CHEAPEST]
    products = [
        {
            "sku": row["sku"],
            "description": " ".join(row["description"].split()),
            "category": category(row["description"]),
            "gbp": D(row["price"]),
            "units": int(row["units_sold"]),
        }
        for row in rows
    ]
    ranked = sorted(products, key=lambda p: (-p["units"], p["sku"]))
    for rank, product in enumerate(ranked):  # the best-selling fifth draws people in, the next two fifths are the trade
        share = rank * 10 // len(ranked)
        product["role"] = "traffic" if share < 2 else "volume" if share < 6 else "profit"
    return sorted(products, key=lambda p: p["sku"])


def is_sold(sku, market):
    """All of China and Germany; one in four is not sold in Japan, one in eight not in the United States."""
    return not (market == "JP" and draw(4, sku, "in JP") == 0 or market == "US" and draw(8, sku, "in US") == 0)


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else HERE / "online-retail.csv"
    target = sys.argv[2] if len(sys.argv) > 2 else HERE / "catalogue.csv"
    with open(target, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        out.writeheader()
        for product in products_of(source):
            for market in MARKETS:
                if is_sold(product["sku"], market):
                    out.writerow(row_of(product, market))


if __name__ == "__main__":
    main()
