-- Weights: code and steps, of which a policy has few. A row names its weight by a number.
--
-- WEIGHTS holds both directions: the packed weight -> number, and '#number' -> the packed weight.
-- A packed weight is length and text of the code, then the steps (until, millidays); `until` counts
-- from the anchor of the row. state/packing.py writes and state/rows.py reads the same layout.
--
-- A step has a number too: that of its weight times STEPS, and how many steps end before it. So the step
-- that follows is the next number; after the last one nothing counts and nothing is due.

--- @include "board"

local PACKED_STEP, PACKED_STEP_BYTES = '<I7I5', 12
local STEPS = 65536

-- By number of the step; by number of the weight.
local until_of, millidays_of, codes = {}, {}, {}

local function remember_weight(number, packed)
  local code, at = struct.unpack('<Hc0', packed)
  local step = number * STEPS
  codes[number] = code
  while at <= #packed do
    until_of[step], millidays_of[step] = struct.unpack(PACKED_STEP, packed, at)
    step, at = step + 1, at + PACKED_STEP_BYTES
  end
  until_of[step], millidays_of[step] = math.huge, 0
end

local function weight_number(step)
  return math.floor(step / STEPS)
end

-- What a step of a weight counts that this call has not met yet; from then on it stands in the tables above.
local function read_millidays(step)
  local number = weight_number(step)
  remember_weight(number, redis.call('HGET', WEIGHTS, '#' .. number))
  return millidays_of[step]
end

local function code_of(step)
  return codes[weight_number(step)]
end

local function number_new(packed)
  local number = held[WEIGHTS] / 2 + 1
  grow(WEIGHTS, redis.call('HSET', WEIGHTS, packed, number, '#' .. number, packed))
  return number
end

-- The first steps of packed weights, in the same order.
local function first_steps(packed_weights)
  local steps = read_many(WEIGHTS, packed_weights)
  for i, packed in ipairs(packed_weights) do
    local number = tonumber(steps[i]) or number_new(packed)
    remember_weight(number, packed)
    steps[i] = number * STEPS
  end
  return steps
end

-- The step in which a row is at `instant`, if it was in `step` before.
local function step_at(step, anchor, instant)
  while anchor + until_of[step] <= instant do step = step + 1 end
  return step
end
