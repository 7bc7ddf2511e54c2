// SPDX-License-Identifier: Apache-2.0

// [REL-36] The conformance cases through Go's zero values: a request is its struct_size and what the case gives, and no
// initialiser of C has a part in it. Prints how many cases there are; every difference is an error.
package main

/*
#cgo LDFLAGS: -lpricepoint
#include <pricepoint/pricepoint.h>
#include <stdlib.h>
*/
import "C"

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

type texts []*C.char

func (all *texts) of(text string) C.pricepoint_view {
	*all = append(*all, C.CString(text))
	return C.pricepoint_view{data: (*all)[len(*all)-1], size: C.size_t(len(text))}
}

func must(result C.pricepoint_result, failed *C.pricepoint_error) {
	if result != C.PRICEPOINT_OK {
		panic(C.GoString(C.pricepoint_error_text_z(failed)))
	}
}

func given(value int64) C.pricepoint_optional {
	return C.pricepoint_optional{given: 1, value: C.int64_t(value)}
}

// "12.5%" in units of 10^-8.
func rate(text string) C.pricepoint_optional {
	whole, part, _ := strings.Cut(strings.TrimSuffix(text, "%"), ".")
	value, err := strconv.ParseInt(whole+(part + "000000")[:6], 10, 64)
	if err != nil {
		panic(err)
	}
	return given(value)
}

func instant(text string) C.pricepoint_optional {
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return given(when.UnixMilli())
}

// A request of JSON. What is not there stays zero.
func read(from map[string]any, all *texts, pinned *runtime.Pinner) C.pricepoint_request {
	var request C.pricepoint_request
	request.struct_size = C.size_t(unsafe.Sizeof(request))
	words := map[string]*C.pricepoint_view{"sku": &request.sku, "category": &request.category,
		"segment": &request.segment, "audience": &request.audience, "channel": &request.channel,
		"market": &request.market, "currency": &request.currency}
	numbers := map[string]*C.pricepoint_number{"quantity": &request.quantity, "units": &request.units,
		"list": &request.list, "msrp": &request.msrp, "map": &request._map, "current": &request.current,
		"lowest_prior": &request.lowest_prior, "cost": &request.cost, "shipping": &request.shipping}
	number := func(value any) C.pricepoint_number {
		return C.pricepoint_number{kind: C.PRICEPOINT_NUMBER_TEXT, text: all.of(fmt.Sprint(value))}
	}
	var prices []C.pricepoint_channel_price
	var attributes []C.pricepoint_attribute
	for key, value := range from {
		switch {
		case key == "prices":
			for channel, price := range value.(map[string]any) {
				prices = append(prices, C.pricepoint_channel_price{channel: all.of(channel), price: number(price)})
			}
		case words[key] != nil:
			*words[key] = all.of(fmt.Sprint(value))
		case numbers[key] != nil:
			*numbers[key] = number(value)
		case key == "at":
			request.at_unix_ms = instant(value.(string))
		case key == "current_since":
			request.current_since_unix_ms = instant(value.(string))
		case key == "tax":
			request.tax_e8 = rate(value.(string))
		case key == "fee":
			request.fee_e8 = rate(value.(string))
		default:
			attributes = append(attributes, C.pricepoint_attribute{name: all.of(key), text: all.of(fmt.Sprint(value))})
		}
	}
	if len(prices) > 0 {
		pinned.Pin(&prices[0])
		request.prices, request.price_count = &prices[0], C.size_t(len(prices))
	}
	if len(attributes) > 0 {
		pinned.Pin(&attributes[0])
		request.attributes, request.attribute_count = &attributes[0], C.size_t(len(attributes))
	}
	return request
}

func text(of C.pricepoint_view) string { return C.GoStringN(of.data, C.int(of.size)) }

// The members of a decision, as a line of the program's output has them.
func members(of *C.pricepoint_decision) map[string]any {
	made := map[string]any{"status": C.GoString(C.pricepoint_status_name(of.status)), "policy": text(of.policy)}
	amount := func(minor C.int64_t) string {
		digits := strconv.FormatInt(int64(minor), 10)
		decimals := int(of.digits)
		if decimals == 0 {
			return digits
		}
		for len(digits) <= decimals {
			digits = "0" + digits
		}
		return digits[:len(digits)-decimals] + "." + digits[len(digits)-decimals:]
	}
	money := func(key string, minor C.int64_t) {
		if minor != math.MinInt64 {
			made[key] = amount(minor)
		}
	}
	names := func(key string, list C.pricepoint_names) {
		var all []any
		for _, name := range unsafe.Slice(list.names, int(list.count)) {
			all = append(all, text(name))
		}
		if all != nil {
			made[key] = all
		}
	}
	if of.currency[0] != 0 {
		made["currency"] = C.GoString(&of.currency[0])
	}
	money("price", of.price)
	money("net", of.net)
	money("tax", of.tax)
	money("was", of.was)
	money("saving", of.saving)
	money("fallback_price", of.fallback_price)
	if of.was != math.MinInt64 {
		made["saving_rate"] = fmt.Sprintf("%d%%", of.saving_rate_percent)
	}
	if of.target.size != 0 {
		made["target"] = text(of.target)
	}
	names("discounts", of.discounts)
	names("limited_by", of.limited_by)
	names("relaxed", of.relaxed)
	names("conflict", of.conflict)
	names("missing", of.missing)
	names("invalid", of.invalid)
	names("advice", of.advice)
	var credits []any
	for _, one := range unsafe.Slice(of.credits, int(of.credit_count)) {
		credits = append(credits, map[string]any{"to": text(one.to), "amount": amount(one.minor)})
	}
	if credits != nil {
		made["credits"] = credits
	}
	if of.held != 0 {
		made["held"] = true
	}
	if of.next_change_at_unix_ms != math.MinInt64 {
		made["next_change_at"] = time.UnixMilli(int64(of.next_change_at_unix_ms)).UTC().Format("2006-01-02T15:04:05.999Z")
	}
	return made
}

var ofDecisions = strings.Fields("currency status price net tax target discounts limited_by was saving saving_rate " +
	"relaxed conflict missing invalid advice credits held fallback_price next_change_at policy")

func main() {
	in, err := os.Open("tests/conformance/cases/cases.ndjson")
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	pricers := map[string]*C.pricepoint_pricer{}
	cases, wrong := 0, 0
	for lines.Scan() {
		cases++
		var one struct {
			Policy      string
			Request     map[string]any
			Decision    map[string]any
			Explanation string
		}
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.UseNumber()
		if err := decoder.Decode(&one); err != nil {
			panic(err)
		}
		var failed *C.pricepoint_error
		var all texts
		if pricers[one.Policy] == nil {
			var policy *C.pricepoint_policy
			var pricer *C.pricepoint_pricer
			must(C.pricepoint_policy_from_file(all.of(one.Policy), nil, &policy, &failed), failed)
			must(C.pricepoint_pricer_create(policy, nil, &pricer, &failed), failed)
			C.pricepoint_policy_free(policy)
			pricers[one.Policy] = pricer
		}
		var pinned runtime.Pinner
		request := read(one.Request, &all, &pinned)
		var decision C.pricepoint_decision
		decision.struct_size = C.size_t(unsafe.Sizeof(decision))
		must(C.pricepoint_price(pricers[one.Policy], &request, &decision, &failed), failed)
		// What a line of output repeats of its row is not of the decision.
		expected := map[string]any{}
		for _, key := range ofDecisions {
			if value, there := one.Decision[key]; there {
				expected[key] = value
			}
		}
		if got := members(&decision); !reflect.DeepEqual(got, expected) {
			wrong++
			fmt.Fprintf(os.Stderr, "case %d:\n  got      %v\n  expected %v\n", cases, got, expected)
		}
		var why *C.pricepoint_text
		must(C.pricepoint_explain(pricers[one.Policy], &request, C.PRICEPOINT_FORMAT_TEXT, &why, &failed), failed)
		if got := C.GoString(C.pricepoint_text_get_z(why)); got != one.Explanation {
			wrong++
			fmt.Fprintf(os.Stderr, "case %d: explained otherwise:\n%s", cases, got)
		}
		C.pricepoint_text_free(why)
		pinned.Unpin()
		for _, one := range all {
			C.free(unsafe.Pointer(one))
		}
	}
	if lines.Err() != nil || wrong > 0 || cases < 66 {
		fmt.Fprintf(os.Stderr, "%d cases, %d differences, %v\n", cases, wrong, lines.Err())
		os.Exit(1)
	}
	fmt.Printf("%d cases\n", cases)
}
