-- A spilled person: one with so many offences that reading all of them for each change costs too much.
--
-- SPILLED is one sorted set, all scores 0, ordered by bytes. Its members begin with length and text of
-- the offender_id and a letter:
--   a  anchor, offence_id                                       what counts now
--   m  -millidays, -reported_at, offence_id                     what counts now
--   r  length of offence_id, offence_id, the row                every offence
--   u  end of the present step, offence_id                      what counts now
-- The value in OFFENDERS is then score and how many count: shorter than any row.
-- state/rows.py reads the same layout.

--- @include "orders"
--- @include "ahead"

local SUMMARY, SUMMARY_BYTES = '<I8I4', 12
local NUMBER_BYTES = 9
local MEMBERS_AT_ONCE, FEW_MEMBERS = 100, 8

local function is_spilled(value)
  return #value == SUMMARY_BYTES
end

-- A whole number as nine bytes whose order is that of the numbers: '0' or '1', and the number itself.
local function sortable(number)
  return pack('>Bi8', number < 0 and 48 or 49, number)
end

local function number_in(bytes)
  return (struct.unpack('>i8', bytes, 2))
end

local function prefix_of(person, letter)
  if not person.prefix then person.prefix = pack('<Hc0', #person.id, person.id) end
  return person.prefix .. letter
end

local function prefix_behind(person, letter)
  return prefix_of(person, string.char(string.byte(letter) + 1))
end

local function without_prefix(members, prefix)
  for i, member in ipairs(members) do members[i] = string.sub(member, #prefix + 1) end
  return members
end

-- What stands behind the letter in a person's members up to before `stop`: at most `count`, from the `from`th on.
local function read_members(person, letter, stop, from, count)
  local prefix = prefix_of(person, letter)
  local behind = stop and prefix .. stop or prefix_behind(person, letter)
  return without_prefix(
    redis.call('ZRANGEBYLEX', SPILLED, '[' .. prefix, '(' .. behind, 'LIMIT', from, count), prefix)
end

-- The same from the last one backwards.
local function last_members(person, letter, from, count)
  local prefix, behind = prefix_of(person, letter), prefix_behind(person, letter)
  return without_prefix(
    redis.call('ZREVRANGEBYLEX', SPILLED, '(' .. behind, '[' .. prefix, 'LIMIT', from, count), prefix)
end

local function latest_anchor(person)
  local member = last_members(person, 'a', 0, 1)[1]
  return member and number_in(member)
end

local function row_prefix(person, offence_id)
  return prefix_of(person, 'r') .. pack('<Hc0', #offence_id, offence_id)
end

local function spilled_row(person, offence_id)
  local prefix = row_prefix(person, offence_id)
  local member = redis.call('ZRANGEBYLEX', SPILLED, '[' .. prefix, '+', 'LIMIT', 0, 1)[1]
  if not member or string.sub(member, 1, #prefix) ~= prefix then return nil end
  return (read_row(member, #prefix + 1))
end

local function rows_named(person, members, id_at)
  local rows = {}
  for i, member in ipairs(members) do rows[i] = spilled_row(person, string.sub(member, id_at)) end
  return rows
end

local function heaviest_rows(person, count)
  return rows_named(person, read_members(person, 'm', nil, 0, count), 2 * NUMBER_BYTES + 1)
end

-- What `read_some(from, count)` reads, one at a call. It reads few at once at first, then as many as all before.
local function one_by_one(read_some)
  local items, place, passed = {}, 0, 0
  return function()
    if place == #items then
      passed = passed + place
      items, place = read_some(passed, math.max(FEW_MEMBERS, passed)), 0
    end
    place = place + 1
    return items[place]
  end
end

-- The rows that count, one at a call, in the order in which their present steps end.
local function spilled_by_end(person)
  return one_by_one(function(from, count)
    return rows_named(person, read_members(person, 'u', nil, from, count), NUMBER_BYTES + 1)
  end)
end

-- The anchors that count, one at a call with their offence_id, the latest first.
local function spilled_anchors(person)
  local next_member = one_by_one(function(from, count) return last_members(person, 'a', from, count) end)
  return function()
    local member = next_member()
    if member then return number_in(member), string.sub(member, NUMBER_BYTES + 1) end
  end
end

local function put_in(...)
  grow(SPILLED, redis.call('ZADD', SPILLED, ...))
end

local function take_out(...)
  grow(SPILLED, -redis.call('ZREM', SPILLED, ...))
end

-- A row goes in (way 1) or out (way -1) with everything that orders it.
local function move_row(person, row, way)
  local id = row.offence_id
  local row_member = row_prefix(person, id) .. pack_row(row)
  local millidays = row.millidays
  if millidays == 0 then
    if way < 0 then take_out(row_member) else put_in(0, row_member) end
    return
  end
  person.score, person.counted = person.score + way * millidays, person.counted + way
  local by_anchor = prefix_of(person, 'a') .. sortable(row.anchor) .. id
  local by_weight = prefix_of(person, 'm') .. sortable(-millidays) .. sortable(-row.reported_at) .. id
  local by_end = prefix_of(person, 'u') .. sortable(row['until']) .. id
  if way < 0 then
    take_out(row_member, by_anchor, by_weight, by_end)
  else
    put_in(0, row_member, 0, by_anchor, 0, by_weight, 0, by_end)
  end
end

-- Sets due, latest anchor and key by the orders.
local function look_up_edges(person)
  local next_end = read_members(person, 'u', nil, 0, 1)[1]
  person.due = next_end and number_in(next_end) or false
  person.latest = latest_anchor(person) or -math.huge
  person.key = key_of(person.score, person.latest)
end

-- The same of anybody by what counts more now, where nothing counts less.
local function widen_edges(person, anchor, ends_at)
  if anchor > person.latest then person.latest = anchor end
  if not person.due or ends_at < person.due then person.due = ends_at end
  person.key = key_of(person.score, person.latest)
end

local function read_spilled(person)
  person.score, person.counted = struct.unpack(SUMMARY, person.value)
  look_up_edges(person)
end

local function summarize(person)
  change_value(person, struct.pack(SUMMARY, person.score, person.counted))
end

local function spill(person)
  local rows = each_row(person.value)
  person.score, person.counted = 0, 0
  for _, row in ipairs(rows) do move_row(person, row, 1) end
  look_up_edges(person)
  summarize(person)
end

local function put_spilled(person, row)
  local known = spilled_row(person, row.offence_id)
  if known and known.revision >= row.revision then return false end
  if known then move_row(person, known, -1) end
  move_row(person, row, 1)
  if known then
    look_up_edges(person)
  elseif row.millidays > 0 then
    widen_edges(person, row.anchor, row['until'])
  end
  summarize(person)
  return true
end

local function rows_due(person, instant, from)
  return rows_named(person, read_members(person, 'u', sortable(instant + 1), from, MEMBERS_AT_ONCE), NUMBER_BYTES + 1)
end

-- Rows that end together come in order of their ids, so the first of the largest falls is the one to name.
local function end_spilled_steps(person, instant)
  local ends, largest, offence_id = 0, -1, false
  local rows = rows_due(person, instant, 0)
  while #rows > 0 do
    for _, row in ipairs(rows) do
      move_row(person, row, -1)
      local ended, fall = end_row_steps(row, instant)
      move_row(person, row, 1)
      ends = ends + ended
      if fall > largest then largest, offence_id = fall, row.offence_id end
    end
    rows = rows_due(person, instant, 0)
  end
  look_up_edges(person)
  summarize(person)
  return ends, offence_id
end

local function estimate_spilled(person)
  local from, rows, instant = 0, rows_due(person, horizon, 0), nil
  while #rows > 0 do
    for _, row in ipairs(rows) do
      local shown_bytes = row['until'] ~= instant and board.spill_bytes or 0
      estimate_due(step_at(row.step, row.anchor, horizon) - row.step, #person.id, #row.tail, shown_bytes)
      instant = row['until']
    end
    from = from + #rows
    rows = rows_due(person, horizon, from)
  end
end
