-- SPDX-License-Identifier: Apache-2.0
-- tests/conformance/policy_a/policy.json for LuaJIT: all that does not depend on the row is in tables, made when the
-- script is loaded, so that no price is walked over. The script returns three functions:
--
--   one(market, role, member, store, cost, shipping, map)   price, status, limited by map, limited by earn
--   batch(rows, market*, role*, member*, store*, cost*, shipping*, map*, answer*)
--   of_request(request)   the same as one, of a table of named fields with words as texts
--
-- Markets are CN, US, DE, JP from 0, roles traffic, volume, profit from 0, statuses conflict, compromised, priced from
-- 0. Numbers are whole minor units, which Lua's hold exactly up to 2^53; the target is in hundredths of them. `map` is
-- 0 where there is none, the price where there is a conflict.
local ffi = require("ffi")
local floor = math.floor

ffi.cdef [[
typedef struct { int64_t price; uint8_t status, limited_by_map, limited_by_earn; } policy_a_answer;
]]

local CN, JP = 0, 3
local CONFLICT, COMPROMISED, PRICED = 0, 1, 2
local scales = ffi.new("int32_t[4]", 100, 100, 100, 1)
local off_percent = ffi.new("int32_t[3]", 8, 5, 3)
local member_percent = 2

local endings = { [0] = { [80] = true, [88] = true, [90] = true }, { [99] = true, [95] = true },
    { [99] = true, [95] = true }, { [80] = true, [98] = true } }

local function allowed(market, band, price)
    local scale = scales[market]
    local whole = floor(price / scale)
    if band == 0 then
        if not endings[market][price % 100] then return false end
    elseif band == 1 then
        if price % scale ~= 0 or whole % 10 ~= (market == CN and 8 or 9) then return false end
    elseif price % (10 * scale) ~= 0 then
        return false
    end
    if market == CN or market == JP then
        return not string.find(tostring(price), "4", 1, true)
    end
    return not string.find(tostring(whole), "13", 1, true)
end

-- Of a market and a band of the target: for every step of the grid the nearest allowed price at or below it and at or
-- above it. Store prices lie less than a fifth above the end of their band; those of the rows end at 6000.
local function grid_of(market, band)
    local scale = scales[market]
    local step = band == 0 and 1 or band == 1 and scale or 10 * scale
    local last_step = (band == 0 and 130 or band == 1 and 1300 or 7000) * scale / step
    local below, above = ffi.new("int32_t[?]", last_step + 1), ffi.new("int32_t[?]", last_step + 1)
    local nearest = 0
    for i = 0, last_step do
        if i > 0 and allowed(market, band, i * step) then nearest = i * step end
        below[i] = nearest
    end
    nearest = 2 ^ 31 - 1
    for i = last_step, 0, -1 do
        if i > 0 and allowed(market, band, i * step) then nearest = i * step end
        above[i] = nearest
    end
    return step, below, above
end

-- At market * 3 + band.
local steps = ffi.new("int32_t[12]")
local below, above = {}, {}
for market = CN, JP do
    for band = 0, 2 do
        local at = market * 3 + band
        steps[at], below[at], above[at] = grid_of(market, band)
    end
end

local function one(market, role, member, store, cost, shipping, map)
    local off = off_percent[role]
    if member ~= 0 then off = off + member_percent end
    local target = store * (100 - off)
    local earn = cost * 105 + shipping * 100
    local by_map = target < map * 100
    local by_earn = target < earn

    local low = floor((earn + 99) / 100)
    if map > low then low = map end
    if low < 1 then low = 1 end

    local scale = scales[market]
    local at = market * 3
    if target >= 100000 * scale then
        at = at + 2
    elseif target >= 10000 * scale then
        at = at + 1
    end
    local step = steps[at]
    local wanted = floor(target / 100)
    local price = below[at][floor(wanted / step)]
    if price >= low then return price, PRICED, by_map, by_earn end

    local from = wanted + 1
    if low > from then from = low end
    if from <= store then
        price = above[at][floor((from + step - 1) / step)]
        if price <= store then return price, COMPROMISED, by_map, by_earn end
    end
    return 0, CONFLICT, by_map, by_earn
end

local bytes, amounts = ffi.typeof("const uint8_t*"), ffi.typeof("const int64_t*")
local answers = ffi.typeof("policy_a_answer*")

local function batch(rows, market, role, member, store, cost, shipping, map, out)
    market, role, member = ffi.cast(bytes, market), ffi.cast(bytes, role), ffi.cast(bytes, member)
    store, cost = ffi.cast(amounts, store), ffi.cast(amounts, cost)
    shipping, map = ffi.cast(amounts, shipping), ffi.cast(amounts, map)
    out = ffi.cast(answers, out)
    for i = 0, rows - 1 do
        local price, status, by_map, by_earn = one(market[i], role[i], member[i], tonumber(store[i]), tonumber(cost[i]),
            tonumber(shipping[i]), tonumber(map[i]))
        local answer = out[i]
        answer.price, answer.status = price, status
        answer.limited_by_map, answer.limited_by_earn = by_map and 1 or 0, by_earn and 1 or 0
    end
end

local markets = { CN = 0, US = 1, DE = 2, JP = 3 }
local roles = { traffic = 0, volume = 1, profit = 2 }

local function of_request(asked)
    return one(markets[asked.market], roles[asked.role], asked.segment == "member" and 1 or 0, asked.store, asked.cost,
        asked.shipping, asked.map)
end

return one, batch, of_request
