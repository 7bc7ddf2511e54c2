// SPDX-License-Identifier: Apache-2.0

// The Common Expression Language, interpreted in Go: policy_a.cel, with the search as a function of this program.
// Called as `cel-go ROWS.csv SECONDS`; see ../shared/contest.mjs for what it does.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
)

//go:embed policy_a.cel
var policy string

const count = 100_000

// ---- shapes: the nearest allowed price, from tables of whole numbers

type grid struct {
	step         int64
	below, above []int64
}

var markets = []string{"CN", "US", "DE", "JP"}
var endings = map[string][]int64{"CN": {80, 88, 90}, "US": {95, 99}, "DE": {95, 99}, "JP": {80, 98}}
var grids = map[string]*[3]grid{}

func scaleOf(market string) int64 {
	if market == "JP" {
		return 1
	}
	return 100
}

func allowed(market string, band int, price int64) bool {
	scale := scaleOf(market)
	whole := price / scale
	switch band {
	case 0:
		if !slices.Contains(endings[market], price%100) {
			return false
		}
	case 1:
		last := int64(9)
		if market == "CN" {
			last = 8
		}
		if price%scale != 0 || whole%10 != last {
			return false
		}
	default:
		if price%(10*scale) != 0 {
			return false
		}
	}
	if market == "CN" || market == "JP" {
		return !strings.Contains(strconv.FormatInt(price, 10), "4")
	}
	return !strings.Contains(strconv.FormatInt(whole, 10), "13")
}

// Store prices lie less than a fifth above the end of their band; those of the rows end at 6000.
func gridOf(market string, band int) grid {
	scale := scaleOf(market)
	made := grid{step: []int64{1, scale, 10 * scale}[band]}
	last := []int64{130, 1300, 7000}[band] * scale / made.step
	made.below = make([]int64, last+1)
	made.above = make([]int64, last+1)
	nearest := int64(0)
	for i := int64(1); i <= last; i++ {
		if allowed(market, band, i*made.step) {
			nearest = i * made.step
		}
		made.below[i] = nearest
	}
	nearest = math.MaxInt64
	for i := last; i >= 0; i-- {
		if i > 0 && allowed(market, band, i*made.step) {
			nearest = i * made.step
		}
		made.above[i] = nearest
	}
	return made
}

// Of the allowed prices from low to high the nearest at or below the target, which is in hundredths of the minor unit;
// else the nearest above it; else 0.
func nearest(market string, band, target, low, high int64) int64 {
	in := &grids[market][band]
	wanted := target / 100
	if price := in.below[wanted/in.step]; price >= max(low, 1) {
		return price
	}
	from := max(low, wanted+1)
	if from > high {
		return 0
	}
	if price := in.above[(from+in.step-1)/in.step]; price <= high {
		return price
	}
	return 0
}

// ---- rows

type row struct {
	asked             map[string]any
	target, price     int64
	status, limitedBy string
}

func readRows(path string) ([]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rows []row
	lines := bufio.NewScanner(file)
	lines.Scan() // the header
	for len(rows) < count && lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		var numbers [11]int64
		for _, i := range []int{4, 5, 6, 7, 8, 10} {
			if numbers[i], err = strconv.ParseInt(cells[i], 10, 64); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row{
			asked: map[string]any{"market": cells[0], "role": cells[2], "segment": cells[3], "store": numbers[4],
				"cost": numbers[5], "shipping": numbers[6], "minimum": numbers[7]},
			target: numbers[8], status: cells[9], price: numbers[10], limitedBy: cells[11]})
	}
	return rows, lines.Err()
}

func compile() (cel.Program, error) {
	options := []cel.EnvOption{ext.Bindings()}
	for _, name := range []string{"market", "role", "segment"} {
		options = append(options, cel.Variable(name, cel.StringType))
	}
	for _, name := range []string{"store", "cost", "shipping", "minimum"} {
		options = append(options, cel.Variable(name, cel.IntType))
	}
	options = append(options, cel.Function("nearest", cel.Overload("nearest_string_int_int_int_int",
		[]*cel.Type{cel.StringType, cel.IntType, cel.IntType, cel.IntType, cel.IntType}, cel.IntType,
		cel.FunctionBinding(func(args ...ref.Val) ref.Val {
			return types.Int(nearest(string(args[0].(types.String)), int64(args[1].(types.Int)),
				int64(args[2].(types.Int)), int64(args[3].(types.Int)), int64(args[4].(types.Int))))
		}))))
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	checked, issues := environment.Compile(policy)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return environment.Program(checked, cel.EvalOptions(cel.OptOptimize))
}

type answer struct {
	target, price     int64
	status, limitedBy string
}

func decide(by cel.Program, asked map[string]any) (answer, error) {
	value, _, err := by.Eval(asked)
	if err != nil {
		return answer{}, err
	}
	said := value.(traits.Mapper)
	made := answer{
		target: int64(said.Get(types.String("target")).(types.Int)),
		price:  int64(said.Get(types.String("price")).(types.Int)),
		status: string(said.Get(types.String("status")).(types.String)),
	}
	limits := said.Get(types.String("limited_by")).(traits.Lister)
	for i := types.Int(0); i < limits.Size().(types.Int); i++ {
		if i > 0 {
			made.limitedBy += " "
		}
		made.limitedBy += string(limits.Get(i).(types.String))
	}
	return made, nil
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, one := range info.Deps {
			if one.Path == "cel.dev/cel-go" {
				return "cel-go " + one.Version + ", " + runtime.Version()
			}
		}
	}
	return runtime.Version()
}

func run(path, duration string) error {
	for _, market := range markets {
		grids[market] = &[3]grid{gridOf(market, 0), gridOf(market, 1), gridOf(market, 2)}
	}
	seconds, err := strconv.Atoi(duration)
	if err != nil {
		return err
	}
	rows, err := readRows(path)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("%s has no rows", path)
	}
	by, err := compile()
	if err != nil {
		return err
	}
	for i, one := range rows {
		said, err := decide(by, one.asked)
		if err != nil {
			return err
		}
		if said != (answer{one.target, one.price, one.status, one.limitedBy}) {
			return fmt.Errorf("cel-go differs from the engine in row %d: %v, not %v", i, one, said)
		}
	}
	var passes []float64
	for end := time.Now().Add(time.Duration(seconds) * time.Second); len(passes) < 3 || time.Now().Before(end); {
		start := time.Now()
		for i := range rows {
			if _, err := decide(by, rows[i].asked); err != nil {
				return err
			}
		}
		passes = append(passes, time.Since(start).Seconds())
	}
	slices.Sort(passes)
	text, err := json.Marshal(map[string]any{
		"name": "cel-go/policy_a", "items_per_second": math.Round(float64(len(rows)) / passes[len(passes)/2]),
		"rows": len(rows), "checked": len(rows), "with": version(),
		"expresses": "discounts, bounds and the choice of shapes; the search is the host's"})
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cel-go ROWS.csv SECONDS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
