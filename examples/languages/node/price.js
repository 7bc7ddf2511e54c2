// SPDX-License-Identifier: Apache-2.0
const koffi = require('koffi');
const lib = koffi.load(process.env.PRICEPOINT_LIBRARY ?? 'libpricepoint.so.0');

// pricepoint.h, as far as it is needed here: all members of a struct, in their order.
const View = koffi.struct('pricepoint_view', { data: 'const char *', size: 'size_t' });
const Optional = koffi.struct('pricepoint_optional', { given: 'int32_t', value: 'int64_t' });
const Number_ = koffi.struct('pricepoint_number', { kind: 'int32_t', minor: 'int64_t', text: View });
const ChannelPrice = koffi.struct('pricepoint_channel_price', { channel: View, price: Number_ });
const Attribute = koffi.struct('pricepoint_attribute', { name: View, text: View, number: Number_ });
const Names = koffi.struct('pricepoint_names', { names: 'pricepoint_view *', count: 'size_t' });
const all = (names, type) => Object.fromEntries(names.split(' ').map((name) => [name, type]));
const Request = koffi.struct('pricepoint_request', {
  struct_size: 'size_t',
  ...all('sku category segment audience channel market currency', View),
  ...all('at_unix_ms current_since_unix_ms', Optional),
  ...all('quantity units list msrp map current lowest_prior cost shipping', Number_),
  ...all('tax_e8 fee_e8', Optional),
  prices: 'pricepoint_channel_price *', price_count: 'size_t',
  attributes: 'pricepoint_attribute *', attribute_count: 'size_t',
});
const Decision = koffi.struct('pricepoint_decision', {
  struct_size: 'size_t', status: 'int32_t', held: 'int32_t',
  currency: koffi.array('char', 4, 'String'), digits: 'int32_t',
  ...all('price net tax was saving', 'int64_t'), saving_rate_percent: 'int32_t',
  ...all('fallback_price next_change_at_unix_ms', 'int64_t'),
  target: View, ...all('discounts limited_by relaxed conflict missing invalid advice', Names),
  credits: 'void *', credit_count: 'size_t', policy: View,
});

const call = {};
for (const declared of [
  'int32_t pricepoint_policy_from_file_z(const char *path, void *options, _Out_ void **out, _Out_ void **error)',
  'void pricepoint_policy_free(void *policy)',
  'int32_t pricepoint_pricer_create(void *policy, void *rates, _Out_ void **out, _Out_ void **error)',
  'void pricepoint_pricer_free(void *pricer)',
  'int32_t pricepoint_price(void *pricer, pricepoint_request *request, _Inout_ pricepoint_decision *out, _Out_ void **error)',
  'int32_t pricepoint_explain(void *pricer, pricepoint_request *request, int32_t format, _Out_ void **out, _Out_ void **error)',
  'const char *pricepoint_status_name(int32_t status)',
  'const char *pricepoint_text_get_z(void *text)',
  'void pricepoint_text_free(void *text)',
  'const char *pricepoint_error_text_z(void *error)',
  'void pricepoint_error_free(void *error)',
]) {
  call[declared.match(/pricepoint_(\w+)\(/)[1]] = lib.func(declared);
}

// What stands for zero: koffi wants every member of a struct.
const view = (text) => (text === undefined ? { data: null, size: 0 } : { data: text, size: Buffer.byteLength(text) });
const number = (text) => ({ kind: text === undefined ? 0 : 2, minor: 0, text: view(text) }); // 2: text, 0: absent
const zeros = (struct) => koffi.decode(Buffer.alloc(koffi.sizeof(struct)), struct);

function check(result, error) {
  if (result === 0) return;
  process.stderr.write(call.error_text_z(error[0]));
  call.error_free(error[0]);
  process.exit(1);
}

const [policy, pricer, why, error] = [[null], [null], [null], [null]];
check(call.policy_from_file_z('examples/policies/worked-example.json', null, policy, error), error);
check(call.pricer_create(policy[0], null, pricer, error), error);
const request = {
  ...zeros(Request), struct_size: koffi.sizeof(Request),
  sku: view('A1'), channel: view('web'), market: view('CN'), cost: number('12'), shipping: number('1'),
  prices: [{ channel: view('store'), price: number('32.00') }], price_count: 1,
  attributes: [{ name: view('role'), text: view('traffic'), number: number() }], attribute_count: 1,
};
const decision = { ...zeros(Decision), struct_size: koffi.sizeof(Decision) };
check(call.price(pricer[0], request, decision, error), error);
console.log(`${call.status_name(decision.status)}: ${decision.price} ${decision.currency} in minor units, ${decision.digits} decimals`);
check(call.explain(pricer[0], request, 0, why, error), error);
process.stdout.write(call.text_get_z(why[0]));
call.text_free(why[0]);
call.pricer_free(pricer[0]);
call.policy_free(policy[0]);
