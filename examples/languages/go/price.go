// SPDX-License-Identifier: Apache-2.0
package main

/*
#cgo LDFLAGS: -lpricepoint
#include <pricepoint/pricepoint.h>
#include <stdlib.h>
*/
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

// Texts that C looks at are copied, and given back together.
type texts []*C.char

func (all *texts) of(text string) C.pricepoint_view {
	*all = append(*all, C.CString(text))
	return C.pricepoint_view{data: (*all)[len(*all)-1], size: C.size_t(len(text))}
}

func (all *texts) free() {
	for _, one := range *all {
		C.free(unsafe.Pointer(one))
	}
}

func check(result C.pricepoint_result, failed *C.pricepoint_error) {
	if result == C.PRICEPOINT_OK {
		return
	}
	fmt.Fprint(os.Stderr, C.GoString(C.pricepoint_error_text_z(failed)))
	C.pricepoint_error_free(failed)
	os.Exit(1)
}

func main() {
	var failed *C.pricepoint_error
	var policy *C.pricepoint_policy
	var pricer *C.pricepoint_pricer
	var all texts
	defer all.free()
	check(C.pricepoint_policy_from_file(all.of("examples/policies/worked-example.json"), nil, &policy, &failed), failed)
	check(C.pricepoint_pricer_create(policy, nil, &pricer, &failed), failed)
	defer C.pricepoint_policy_free(policy)
	defer C.pricepoint_pricer_free(pricer)

	text := func(value string) C.pricepoint_number {
		return C.pricepoint_number{kind: C.PRICEPOINT_NUMBER_TEXT, text: all.of(value)}
	}
	prices := []C.pricepoint_channel_price{{channel: all.of("store"), price: text("32.00")}}
	attributes := []C.pricepoint_attribute{{name: all.of("role"), text: all.of("traffic")}}
	var pinned runtime.Pinner // Go's memory that other memory of Go points to while C looks at it
	defer pinned.Unpin()
	pinned.Pin(&prices[0])
	pinned.Pin(&attributes[0])
	// What is not set is zero, and zero is absent.
	request := C.pricepoint_request{
		struct_size: C.sizeof_pricepoint_request,
		sku:         all.of("A1"), channel: all.of("web"), market: all.of("CN"),
		cost: text("12"), shipping: text("1"),
		prices: &prices[0], price_count: C.size_t(len(prices)),
		attributes: &attributes[0], attribute_count: C.size_t(len(attributes)),
	}
	decision := C.pricepoint_decision{struct_size: C.sizeof_pricepoint_decision}
	check(C.pricepoint_price(pricer, &request, &decision, &failed), failed)
	fmt.Printf("%s: %d %s", C.GoString(C.pricepoint_status_name(decision.status)), decision.price,
		C.GoString(&decision.currency[0]))
	fmt.Printf(" in minor units, %d decimals\n", decision.digits)

	var why *C.pricepoint_text
	check(C.pricepoint_explain(pricer, &request, C.PRICEPOINT_FORMAT_TEXT, &why, &failed), failed)
	fmt.Print(C.GoString(C.pricepoint_text_get_z(why)))
	C.pricepoint_text_free(why)
}
