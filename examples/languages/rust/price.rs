// SPDX-License-Identifier: Apache-2.0
use std::ffi::{c_char, c_void, CStr};
use std::ptr::{null, null_mut};

// pricepoint.h, as far as it is needed here: all members of a struct, in their order. Default is zero, which is absent.
#[repr(C)]
#[derive(Clone, Copy)]
struct View {
    data: *const c_char,
    size: usize,
}
impl Default for View {
    fn default() -> View {
        View { data: null(), size: 0 }
    }
}
impl View {
    fn of(text: &str) -> View {
        View { data: text.as_ptr().cast(), size: text.len() }
    }
}
#[repr(C)]
#[derive(Default)]
#[allow(dead_code)] // read by C
struct Optional {
    given: i32,
    value: i64,
}
#[repr(C)]
#[derive(Default)]
struct Number {
    kind: i32, // 0: absent, 1: minor units, 2: text
    minor: i64,
    text: View,
}
impl Number {
    fn of(text: &str) -> Number {
        Number { kind: 2, text: View::of(text), ..Number::default() }
    }
}
#[repr(C)]
struct ChannelPrice {
    channel: View,
    price: Number,
}
#[repr(C)]
struct Attribute {
    name: View,
    text: View,
    number: Number,
}
#[repr(C)]
struct Request {
    struct_size: usize,
    sku: View, category: View, segment: View, audience: View, channel: View, market: View,
    currency: View,
    at_unix_ms: Optional, current_since_unix_ms: Optional,
    quantity: Number, units: Number,
    list: Number, msrp: Number, map: Number, current: Number, lowest_prior: Number, cost: Number, shipping: Number,
    tax_e8: Optional, fee_e8: Optional,
    prices: *const ChannelPrice, price_count: usize,
    attributes: *const Attribute, attribute_count: usize,
}
#[repr(C)]
struct Names {
    names: *const View,
    count: usize,
}
#[repr(C)]
struct Decision {
    struct_size: usize,
    status: i32, held: i32,
    currency: [c_char; 4],
    digits: i32,
    price: i64, net: i64, tax: i64, was: i64, saving: i64, // i64::MIN: absent
    saving_rate_percent: i32,
    fallback_price: i64, next_change_at_unix_ms: i64,
    target: View,
    discounts: Names, limited_by: Names, relaxed: Names, conflict: Names, missing: Names, invalid: Names, advice: Names,
    credits: *const c_void, credit_count: usize,
    policy: View,
}

type Handle = *mut c_void;
#[link(name = "pricepoint")]
extern "C" {
    fn pricepoint_policy_from_file(path: View, options: *const c_void, out: *mut Handle, error: *mut Handle) -> i32;
    fn pricepoint_policy_free(policy: Handle);
    fn pricepoint_pricer_create(policy: Handle, rates: *const c_void, out: *mut Handle, error: *mut Handle) -> i32;
    fn pricepoint_pricer_free(pricer: Handle);
    fn pricepoint_price(pricer: Handle, request: *const Request, out: *mut Decision, error: *mut Handle) -> i32;
    fn pricepoint_explain(pricer: Handle, request: *const Request, format: i32, out: *mut Handle, error: *mut Handle) -> i32;
    fn pricepoint_status_name(status: i32) -> *const c_char;
    fn pricepoint_text_get_z(text: Handle) -> *const c_char;
    fn pricepoint_text_free(text: Handle);
    fn pricepoint_error_text_z(error: Handle) -> *const c_char;
    fn pricepoint_error_free(error: Handle);
}

// A text that ends with a zero byte, while it lives.
unsafe fn text<'a>(from: *const c_char) -> &'a str {
    unsafe { CStr::from_ptr(from) }.to_str().unwrap()
}

fn check(result: i32, error: Handle) {
    if result != 0 {
        unsafe {
            eprint!("{}", text(pricepoint_error_text_z(error)));
            pricepoint_error_free(error);
        }
        std::process::exit(1);
    }
}

fn main() {
    let (mut policy, mut pricer, mut why, mut error): (Handle, Handle, Handle, Handle) =
        (null_mut(), null_mut(), null_mut(), null_mut());
    let prices = [ChannelPrice { channel: View::of("store"), price: Number::of("32.00") }];
    let attributes = [Attribute { name: View::of("role"), text: View::of("traffic"), number: Number::default() }];
    // All of it zero but for what is set: pointers may be null, so that is a value of these types.
    let mut request: Request = unsafe { std::mem::zeroed() };
    request.struct_size = size_of::<Request>();
    request.sku = View::of("A1");
    request.channel = View::of("web");
    request.market = View::of("CN");
    request.cost = Number::of("12");
    request.shipping = Number::of("1");
    (request.prices, request.price_count) = (prices.as_ptr(), prices.len());
    (request.attributes, request.attribute_count) = (attributes.as_ptr(), attributes.len());
    let mut decision: Decision = unsafe { std::mem::zeroed() };
    decision.struct_size = size_of::<Decision>();

    unsafe {
        let path = View::of("examples/policies/worked-example.json");
        check(pricepoint_policy_from_file(path, null(), &mut policy, &mut error), error);
        check(pricepoint_pricer_create(policy, null(), &mut pricer, &mut error), error);
        check(pricepoint_price(pricer, &request, &mut decision, &mut error), error);
        println!("{}: {} {} in minor units, {} decimals", text(pricepoint_status_name(decision.status)), decision.price,
                 text(decision.currency.as_ptr()), decision.digits);
        check(pricepoint_explain(pricer, &request, 0, &mut why, &mut error), error);
        print!("{}", text(pricepoint_text_get_z(why)));
        pricepoint_text_free(why);
        pricepoint_pricer_free(pricer);
        pricepoint_policy_free(policy);
    }
}
