-- A person: one packed value of rows per offender, read once and written once per call; the rows of a
-- person with many offences lie elsewhere (parts/spilled.lua).

local persons = {}

-- Sets what counts now: score, next due (false: nothing), key in the ranking (false: unranked).
local function recount(person)
  local value, at = person.value, 1
  local score, latest, due = 0, -math.huge, math.huge
  local _, anchor, number, ended, id_bytes
  while at <= #value do
    _, _, anchor, number, ended, id_bytes, at = struct.unpack(ROW, value, at)
    at = at + id_bytes
    local weight = weights[number] or weight_of(number)
    local millidays = weight.millidays[ended + 1]
    if millidays > 0 then
      local ends_at = anchor + weight.untils[ended + 1]
      score = score + millidays
      if anchor > latest then latest = anchor end
      if ends_at < due then due = ends_at end
    end
  end
  person.score, person.due, person.key = score, due < math.huge and due, key_of(score, latest)
end

local function person_of(id)
  local person = persons[id]
  if person then return person end
  person = {id = id, value = redis.call('HGET', OFFENDERS, id) or ''}
  if is_spilled(person.value) then
    read_spilled(person)
  else
    recount(person)
  end
  persons[id] = person
  return person
end

-- Takes in an offence or its next revision; false when one as high is known.
local function put(person, row)
  if person.spilled then return put_spilled(person, row) end
  local value = person.value
  local from, to, known = find_row(value, row.offence_id)
  if known and known >= row.revision then return false end
  if from then
    person.value = string.sub(value, 1, from - 1) .. pack_row(row) .. string.sub(value, to)
  else
    person.value = value .. pack_row(row)
  end
  person.changed = true
  if #person.value > board.spill_bytes then spill(person) else recount(person) end
  return true
end

-- Ends every step due up to `instant`; answers how many, and the offence with the largest fall.
local function end_steps(person, instant)
  if person.spilled then return end_spilled_steps(person, instant) end
  local value, at, ends, largest, offence_id = person.value, 1, 0, -1, false
  while at <= #value do
    local _, _, anchor, number, ended, id_bytes, id_at = struct.unpack(ROW, value, at)
    local weight = weights[number] or weight_of(number)
    local now_ended = ended_at(weight, anchor, ended, instant)
    if now_ended > ended then
      value = string.sub(value, 1, at + ENDED_AT - 1) .. struct.pack(ENDED, now_ended)
        .. string.sub(value, at + ENDED_AT + ENDED_BYTES)
      local fall = weight.millidays[ended + 1] - weight.millidays[now_ended + 1]
      local id = string.sub(value, id_at, id_at + id_bytes - 1)
      if fall > largest or (fall == largest and bytes_less(id, offence_id)) then
        largest, offence_id = fall, id
      end
      ends = ends + now_ended - ended
    end
    at = id_at + id_bytes
  end
  person.value, person.changed = value, true
  recount(person)
  return ends, offence_id
end

-- How many steps end up to `instant`.
local function steps_due(person, instant)
  if person.spilled then return spilled_steps_due(person, instant) end
  local value, at, steps = person.value, 1, 0
  local _, anchor, number, ended, id_bytes
  while at <= #value do
    _, _, anchor, number, ended, id_bytes, at = struct.unpack(ROW, value, at)
    steps = steps + ended_at(weights[number] or weight_of(number), anchor, ended, instant) - ended
    at = at + id_bytes
  end
  return steps
end

local function save_persons()
  local values = {}
  for id, person in pairs(persons) do
    if person.changed then values[#values + 1], values[#values + 2] = id, person.value end
  end
  write_many('HSET', OFFENDERS, values)
  write_waiting(ranks)
  write_waiting(dues)
end
