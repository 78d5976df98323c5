-- A row: what is known of one offence. A person's rows stand one after the other in one packed value;
-- those that count nothing any more stand behind all others, so that a count need not pass them.
--
-- A row is the number of its present step, the anchor, how many bytes follow, and how many of these stand
-- before the offence_id: none, or revision and reported_at. They are left out where the revision is 1
-- and reported_at is the anchor, as of nearly every report.
-- state/packing.py writes everything behind the step, and state/rows.py reads the same layout.

--- @include "weights"

local ROW, STEP, STEP_BYTES = '<I5i8HB', '<I5', 5
local EDITION = '<i8i8'
local DAY, DAYS_BEFORE_1970 = 86400000000, 25567 -- since 1900
local DAY_SLOTS, HIGHEST_RANKED = 131072, 68719476735 -- 2^17 days; 2^36 - 1 millidays: 53 bits in all

local pack, read, cut, floor = struct.pack, struct.unpack, string.sub, math.floor

-- Lua's own < follows the locale; order here is by bytes.
local function bytes_less(a, b)
  local shorter = math.min(#a, #b)
  for i = 1, shorter do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- The UTC date of an instant. The quotient may be rounded up to a day that is not there yet.
local function day_of(instant)
  local day = floor(instant / DAY)
  if day * DAY > instant then day = day - 1 end
  return day + DAYS_BEFORE_1970
end

local function key_of(score, anchor)
  if score == 0 then return false end
  if score > HIGHEST_RANKED then score = HIGHEST_RANKED end
  return -(score * DAY_SLOTS + day_of(anchor))
end

-- The bytes of steps; a call meets few of them, and most of those often.
local packed_steps = {}

local function packed_step(step)
  local packed = packed_steps[step]
  if not packed then
    packed = pack(STEP, step)
    packed_steps[step] = packed
  end
  return packed
end

local function revision_at(value, at, bytes)
  return bytes > 0 and read(EDITION, value, at) or 1
end

-- The row that begins at `at`, as a table, and where the next one begins. `tail`: everything behind the step.
local function read_row(value, at)
  local step, anchor, bytes, edition_bytes, rest_at = read(ROW, value, at)
  local next_at, millidays = rest_at + bytes, millidays_of[step] or read_millidays(step)
  local row = {step = step, anchor = anchor, revision = 1, reported_at = anchor,
    offence_id = cut(value, rest_at + edition_bytes, next_at - 1), tail = cut(value, at + STEP_BYTES, next_at - 1),
    millidays = millidays, ['until'] = anchor + until_of[step]}
  if edition_bytes > 0 then row.revision, row.reported_at = read(EDITION, value, rest_at) end
  return row, next_at
end

local function pack_row(row)
  return packed_step(row.step) .. row.tail
end

-- The row of an offence: where it begins and where the next one does, and its revision; or nil.
local function find_row(value, offence_id)
  if not string.find(value, offence_id, 1, true) then return nil end
  local at = 1
  while at <= #value do
    local _, _, bytes, edition_bytes, rest_at = read(ROW, value, at)
    local next_at = rest_at + bytes
    if cut(value, rest_at + edition_bytes, next_at - 1) == offence_id then
      return at, next_at, revision_at(value, rest_at, edition_bytes)
    end
    at = next_at
  end
  return nil
end

local function each_row(value)
  local rows, at = {}, 1
  while at <= #value do rows[#rows + 1], at = read_row(value, at) end
  return rows
end

-- Ends the steps of a row up to `instant`; answers how many, and by how many millidays it falls.
local function end_row_steps(row, instant)
  local before, step = row.millidays, step_at(row.step, row.anchor, instant)
  local ends = step - row.step
  row.step, row.millidays, row['until'] = step, millidays_of[step], row.anchor + until_of[step]
  return ends, before - row.millidays
end
