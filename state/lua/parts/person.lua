-- A person: one packed value per offender, read once and written once per call.
--
-- The value is a row per offence: revision, reported_at, anchor_day, lengths of offence_id and code,
-- number of steps, then offence_id, code and the coming steps (until, millidays), first one first.
-- state/rows.py reads the same layout.

local HEADER, STEP, STEP_BYTES = '<I7i7I3HHB', '<i7I5', 12
local DAY_SLOTS, HIGHEST_RANKED = 131072, 68719476735 -- 2^17 days; 2^36 - 1 millidays: 53 bits in all

local persons = {}

-- Lua's own < follows the locale; order here is by bytes.
local function bytes_less(a, b)
  local shorter = math.min(#a, #b)
  for i = 1, shorter do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- Sets what counts now: score, latest anchor day, key in the ranking (false while unranked), next due.
local function recount(person)
  local score, day, due = 0, 0, false
  for _, row in ipairs(person.rows) do
    if row.millidays > 0 then
      score = score + row.millidays
      if row.anchor_day > day then day = row.anchor_day end
      if not due or row['until'] < due then due = row['until'] end
    end
  end
  person.score, person.due = score, due
  person.key = score > 0 and -(math.min(score, HIGHEST_RANKED) * DAY_SLOTS + day)
end

local function read_first_step(row)
  if #row.steps == 0 then
    row.millidays, row['until'] = 0, false
  else
    row['until'], row.millidays = struct.unpack(STEP, row.steps)
  end
end

local function read_row(packed, at)
  local row = {}
  local offence_bytes, code_bytes, steps, from
  row.revision, row.reported_at, row.anchor_day, offence_bytes, code_bytes, steps, from =
    struct.unpack(HEADER, packed, at)
  local code_at = from + offence_bytes
  local steps_at = code_at + code_bytes
  local stop = steps_at + steps * STEP_BYTES
  row.offence_id = string.sub(packed, from, code_at - 1)
  row.code = string.sub(packed, code_at, steps_at - 1)
  row.steps = string.sub(packed, steps_at, stop - 1)
  row.packed = string.sub(packed, at, stop - 1)
  read_first_step(row)
  return row, stop
end

local function pack_row(row)
  return struct.pack(HEADER, row.revision, row.reported_at, row.anchor_day,
    #row.offence_id, #row.code, #row.steps / STEP_BYTES) .. row.offence_id .. row.code .. row.steps
end

local function person_of(id)
  local person = persons[id]
  if person then return person end
  person = {id = id, rows = {}, by_offence = {}}
  local packed = redis.call('HGET', OFFENDERS, id)
  local at, stop = 1, packed and #packed or 0
  while at <= stop do
    local row
    row, at = read_row(packed, at)
    person.rows[#person.rows + 1] = row
    person.by_offence[row.offence_id] = row
  end
  recount(person)
  persons[id] = person
  return person
end

-- Cuts the steps that end at or before `instant`; answers how many millidays the row falls by.
local function cut_steps(row, instant)
  local before, ended = row.millidays, 0
  while row['until'] and row['until'] <= instant do
    row.steps = string.sub(row.steps, STEP_BYTES + 1)
    read_first_step(row)
    ended = ended + 1
  end
  if ended > 0 then row.packed = nil end
  return before - row.millidays, ended
end

local function save_persons()
  for id, person in pairs(persons) do
    if person.changed then
      local packed = {}
      for i, row in ipairs(person.rows) do packed[i] = row.packed or pack_row(row) end
      redis.call('HSET', OFFENDERS, id, table.concat(packed))
    end
  end
end
