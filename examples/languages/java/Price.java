// SPDX-License-Identifier: Apache-2.0
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.PointerByReference;

/** One price through JNA. A size_t is a long here: 64-bit systems. */
public final class Price {
  // pricepoint.h, as far as it is needed here: all members of a struct, in their order. Java's zeros are absent.
  @FieldOrder({"data", "size"})
  public static class View extends Structure {
    public String data;
    public long size;

    public static View of(String text) {
      View made = new View();
      made.data = text;
      made.size = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      return made;
    }
  }

  @FieldOrder({"given", "value"})
  public static class Optional extends Structure {
    public int given;
    public long value;
  }

  @FieldOrder({"kind", "minor", "text"})
  public static class Number extends Structure {
    public int kind; // 0: absent, 1: minor units, 2: text
    public long minor;
    public View text;

    public static Number of(String text) {
      Number made = new Number();
      made.kind = 2;
      made.text = View.of(text);
      return made;
    }
  }

  @FieldOrder({"channel", "price"})
  public static class ChannelPrice extends Structure {
    public View channel;
    public Number price;

    public static class ByReference extends ChannelPrice implements Structure.ByReference {}
  }

  @FieldOrder({"name", "text", "number"})
  public static class Attribute extends Structure {
    public View name, text;
    public Number number;

    public static class ByReference extends Attribute implements Structure.ByReference {}
  }

  @FieldOrder({
    "struct_size", "sku", "category", "segment", "audience", "channel", "market", "currency", "at_unix_ms",
    "current_since_unix_ms", "quantity", "units", "list", "msrp", "map", "current", "lowest_prior", "cost",
    "shipping", "tax_e8", "fee_e8", "prices", "price_count", "attributes", "attribute_count"
  })
  public static class Request extends Structure {
    public long struct_size;
    public View sku, category, segment, audience, channel, market, currency;
    public Optional at_unix_ms, current_since_unix_ms;
    public Number quantity, units, list, msrp, map, current, lowest_prior, cost, shipping;
    public Optional tax_e8, fee_e8;
    public ChannelPrice.ByReference prices;
    public long price_count;
    public Attribute.ByReference attributes;
    public long attribute_count;
  }

  @FieldOrder({"names", "count"})
  public static class Names extends Structure {
    public Pointer names;
    public long count;
  }

  @FieldOrder({
    "struct_size", "status", "held", "currency", "digits", "price", "net", "tax", "was", "saving",
    "saving_rate_percent", "fallback_price", "next_change_at_unix_ms", "target", "discounts", "limited_by", "relaxed",
    "conflict", "missing", "invalid", "advice", "credits", "credit_count", "policy"
  })
  public static class Decision extends Structure {
    public long struct_size;
    public int status, held;
    public byte[] currency = new byte[4];
    public int digits;
    public long price, net, tax, was, saving; // Long.MIN_VALUE: absent
    public int saving_rate_percent;
    public long fallback_price, next_change_at_unix_ms;
    public View target;
    public Names discounts, limited_by, relaxed, conflict, missing, invalid, advice;
    public Pointer credits;
    public long credit_count;
    public View policy;
  }

  public interface Pricepoint extends Library {
    int pricepoint_policy_from_file_z(String path, Pointer options, PointerByReference out, PointerByReference error);

    void pricepoint_policy_free(Pointer policy);

    int pricepoint_pricer_create(Pointer policy, Pointer rates, PointerByReference out, PointerByReference error);

    void pricepoint_pricer_free(Pointer pricer);

    int pricepoint_price(Pointer pricer, Request request, Decision out, PointerByReference error);

    int pricepoint_explain(
        Pointer pricer, Request request, int format, PointerByReference out, PointerByReference error);

    String pricepoint_status_name(int status);

    String pricepoint_text_get_z(Pointer text);

    void pricepoint_text_free(Pointer text);

    String pricepoint_error_text_z(Pointer error);

    void pricepoint_error_free(Pointer error);
  }

  static final Pricepoint LIBRARY =
      Native.load(
          "pricepoint", Pricepoint.class, java.util.Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

  static void check(int result, PointerByReference error) {
    if (result == 0) return;
    System.err.print(LIBRARY.pricepoint_error_text_z(error.getValue()));
    LIBRARY.pricepoint_error_free(error.getValue());
    System.exit(1);
  }

  public static void main(String[] arguments) {
    PointerByReference policy = new PointerByReference(), pricer = new PointerByReference();
    PointerByReference why = new PointerByReference(), error = new PointerByReference();
    String file = "examples/policies/worked-example.json";
    check(LIBRARY.pricepoint_policy_from_file_z(file, null, policy, error), error);
    check(LIBRARY.pricepoint_pricer_create(policy.getValue(), null, pricer, error), error);

    Request request = new Request();
    request.struct_size = request.size();
    request.sku = View.of("A1");
    request.channel = View.of("web");
    request.market = View.of("CN");
    request.cost = Number.of("12");
    request.shipping = Number.of("1");
    request.prices = new ChannelPrice.ByReference();
    request.prices.channel = View.of("store");
    request.prices.price = Number.of("32.00");
    request.price_count = 1;
    request.attributes = new Attribute.ByReference();
    request.attributes.name = View.of("role");
    request.attributes.text = View.of("traffic");
    request.attribute_count = 1;
    Decision decision = new Decision();
    decision.struct_size = decision.size();
    check(LIBRARY.pricepoint_price(pricer.getValue(), request, decision, error), error);
    System.out.printf(
        "%s: %d %s in minor units, %d decimals%n",
        LIBRARY.pricepoint_status_name(decision.status), decision.price, Native.toString(decision.currency),
        decision.digits);

    check(LIBRARY.pricepoint_explain(pricer.getValue(), request, 0, why, error), error);
    System.out.print(LIBRARY.pricepoint_text_get_z(why.getValue()));
    LIBRARY.pricepoint_text_free(why.getValue());
    LIBRARY.pricepoint_pricer_free(pricer.getValue());
    LIBRARY.pricepoint_policy_free(policy.getValue());
  }
}
