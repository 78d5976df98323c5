-- A row: what is known of one offence. A person's rows stand one after the other in one packed value.
--
-- A row is revision, reported_at, anchor, number of the weight, how many of its steps have ended,
-- length of offence_id, offence_id. state/rows.py reads the same layout.

local ROW, ENDED, ENDED_AT, ENDED_BYTES = '<I7i7i7I4HH', '<H', 25, 2
local DAY, DAYS_BEFORE_1970 = 86400000000, 25567 -- since 1900
local DAY_SLOTS, HIGHEST_RANKED = 131072, 68719476735 -- 2^17 days; 2^36 - 1 millidays: 53 bits in all

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
  local day = math.floor(instant / DAY)
  if day * DAY > instant then day = day - 1 end
  return day + DAYS_BEFORE_1970
end

local function key_of(score, anchor)
  return score > 0 and -(math.min(score, HIGHEST_RANKED) * DAY_SLOTS + day_of(anchor))
end

local function pack_row(row)
  return struct.pack(ROW, row.revision, row.reported_at, row.anchor, row.number, row.ended, #row.offence_id)
    .. row.offence_id
end

-- The row that begins at `at`, as a table, and where the next one begins.
local function read_row(value, at)
  local row, id_bytes = {}, 0
  row.revision, row.reported_at, row.anchor, row.number, row.ended, id_bytes, at = struct.unpack(ROW, value, at)
  row.offence_id = string.sub(value, at, at + id_bytes - 1)
  row.weight = weight_of(row.number)
  row.millidays, row['until'] = row.weight.millidays[row.ended + 1], row.anchor + row.weight.untils[row.ended + 1]
  return row, at + id_bytes
end

-- The row of an offence: where it begins and where the next one does, and its revision; or nil.
local function find_row(value, offence_id)
  if not string.find(value, offence_id, 1, true) then return nil end
  local at, id_bytes = 1, #offence_id
  while at <= #value do
    local revision, _, _, _, _, length, id_at = struct.unpack(ROW, value, at)
    if length == id_bytes and string.sub(value, id_at, id_at + length - 1) == offence_id then
      return at, id_at + length, revision
    end
    at = id_at + length
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
  local before, ended = row.millidays, ended_at(row.weight, row.anchor, row.ended, instant)
  local ends = ended - row.ended
  row.ended = ended
  row.millidays, row['until'] = row.weight.millidays[ended + 1], row.anchor + row.weight.untils[ended + 1]
  return ends, before - row.millidays
end
