-- A person: one packed value of rows per offender, read once and written once per call; the rows of a
-- person with many offences lie elsewhere (parts/spilled.lua).

--- @include "spilled"

local persons = {}

local function set_counts(person, score, latest, due)
  person.score, person.latest, person.due, person.key = score, latest, due < math.huge and due, key_of(score, latest)
end

-- Sets what counts now: score, latest anchor, next due (false: nothing), key in the ranking (false: unranked).
-- What ends up to `horizon` is counted along (parts/ahead.lua): the guards before the first change ask for it.
local function recount(person)
  local value, at = person.value, 1
  local score, latest, due = 0, -math.huge, math.huge
  local step, anchor, bytes, _
  while at <= #value do
    step, anchor, bytes, _, at = read(ROW, value, at)
    local millidays = millidays_of[step] or read_millidays(step)
    if millidays == 0 then break end
    local ends_at = anchor + until_of[step]
    score = score + millidays
    if anchor > latest then latest = anchor end
    if ends_at < due then due = ends_at end
    if ends_at <= horizon then estimate_due(step_at(step, anchor, horizon) - step, #person.id, bytes, #value) end
    at = at + bytes
  end
  set_counts(person, score, latest, due)
end

-- `counted`: how many offences of a spilled person count. Eight fields, named at once, fill a table; a ninth (`prefix` of a spilled person) doubles it.
local function load_person(id, value)
  local person = {id = id, value = value or '', score = 0, latest = -math.huge, due = false, key = false,
    counted = false, changed = false}
  persons[id] = person
  if is_spilled(person.value) then
    read_spilled(person)
    if person.due and person.due <= horizon then estimate_spilled(person) end
  elseif value then
    recount(person)
  end
  return person
end

local function person_of(id)
  return persons[id] or load_person(id, redis.call('HGET', OFFENDERS, id))
end

-- The persons of many ids, in the same order.
local function persons_of(ids)
  local unread, count = {}, 0
  for i = 1, #ids do
    if not persons[ids[i]] then
      count = count + 1
      unread[count] = ids[i]
    end
  end
  local values, named = read_many(OFFENDERS, unread), {}
  for i = 1, count do load_person(unread[i], values[i]) end
  for i = 1, #ids do named[i] = persons[ids[i]] end
  return named
end

-- What a row more makes of a person of whom everything else stays as it is.
local function count_in(person, millidays, anchor, ends_at)
  person.score = person.score + millidays
  widen_edges(person, anchor, ends_at)
end

-- Takes in an offence or its next revision, in its present step; false when one as high is known.
local function put(person, offence_id, revision, step, anchor, tail)
  if person.counted then return put_spilled(person, (read_row(packed_step(step) .. tail, 1))) end
  local value = person.value
  local from, to, known = find_row(value, offence_id)
  if known and known >= revision then return false end
  if from then value = cut(value, 1, from - 1) .. cut(value, to) end
  local millidays = millidays_of[step]
  if millidays > 0 then
    value = packed_step(step) .. tail .. value
  else
    value = value .. packed_step(step) .. tail
  end
  change_value(person, value)
  if #value > board.spill_bytes then
    spill(person)
  elseif from then
    recount(person)
  elseif millidays > 0 then
    count_in(person, millidays, anchor, anchor + until_of[step])
  end
  return true
end

-- Takes the row from `at` to `next_at` into another step; answers the value, and where the next row begins.
local function move_on(value, at, next_at, step)
  local before, behind = cut(value, 1, at - 1), cut(value, next_at)
  local tail = cut(value, at + STEP_BYTES, next_at - 1)
  if millidays_of[step] > 0 then return before .. packed_step(step) .. tail .. behind, next_at end
  return before .. behind .. packed_step(step) .. tail, at
end

-- Ends every step due up to `instant`; answers how many, and the offence with the largest fall.
local function end_steps(person, instant)
  if person.counted then return end_spilled_steps(person, instant) end
  local value, at, ends, largest, offence_id = person.value, 1, 0, -1, false
  local score, latest, due = 0, -math.huge, math.huge
  while at <= #value do
    local step, anchor, bytes, edition_bytes, rest_at = read(ROW, value, at)
    local millidays = millidays_of[step] or read_millidays(step)
    if millidays == 0 then break end
    local next_at, ends_at = rest_at + bytes, anchor + until_of[step]
    if ends_at <= instant then
      local id = cut(value, rest_at + edition_bytes, next_at - 1)
      local now = step_at(step, anchor, instant)
      local fall = millidays - millidays_of[now]
      if fall > largest or (fall == largest and bytes_less(id, offence_id)) then
        largest, offence_id = fall, id
      end
      ends = ends + now - step
      value, next_at = move_on(value, at, next_at, now)
      millidays, ends_at = millidays_of[now], anchor + until_of[now]
    end
    if millidays > 0 and anchor > latest then latest = anchor end
    if ends_at < due then due = ends_at end
    score, at = score + millidays, next_at
  end
  change_value(person, value)
  set_counts(person, score, latest, due)
  return ends, offence_id
end

local function save_persons()
  local values, count = {}, 0
  for i = 1, #changed_persons do
    local person = changed_persons[i]
    values[count + 1], values[count + 2] = person.id, person.value
    count = count + 2
  end
  write_many('HSET', OFFENDERS, values)
  write_ranking()
  write_places(DUE, new_dues)
end
