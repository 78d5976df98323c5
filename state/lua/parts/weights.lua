-- Weights: code and steps, of which a policy has few. A row names its weight by a number.
--
-- WEIGHTS holds both directions: the packed weight -> number, and '#number' -> the packed weight.
-- A packed weight is length and text of the code, then the steps (until, millidays); `until` counts
-- from the anchor of the row. state/packing.py writes and state/rows.py reads the same layout.

local STEP, STEP_BYTES = '<I7I5', 12

local weights, numbers = {}, {}

-- After the last step nothing counts and nothing is due.
local function unpack_weight(packed)
  local code, at = struct.unpack('<Hc0', packed)
  local weight = {code = code, steps = 0, untils = {}, millidays = {}}
  while at <= #packed do
    weight.steps = weight.steps + 1
    weight.untils[weight.steps], weight.millidays[weight.steps] = struct.unpack(STEP, packed, at)
    at = at + STEP_BYTES
  end
  weight.untils[weight.steps + 1], weight.millidays[weight.steps + 1] = math.huge, 0
  return weight
end

local function weight_of(number)
  local weight = weights[number]
  if not weight then
    weight = unpack_weight(redis.call('HGET', WEIGHTS, '#' .. number))
    weights[number] = weight
  end
  return weight
end

local function number_of(packed)
  local number = numbers[packed]
  if number then return number end
  number = tonumber(redis.call('HGET', WEIGHTS, packed))
  if not number then
    number = redis.call('HLEN', WEIGHTS) / 2 + 1
    redis.call('HSET', WEIGHTS, packed, number, '#' .. number, packed)
  end
  numbers[packed] = number
  return number
end

-- How many of the first `ended` and more steps of a row have ended at `instant`.
local function ended_at(weight, anchor, ended, instant)
  while anchor + weight.untils[ended + 1] <= instant do ended = ended + 1 end
  return ended
end
