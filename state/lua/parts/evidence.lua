-- What an alert shows of a person: the contributions that count, and when they would fall out.

--- @include "person"
--- @include "heap"

local SHOWN = 20

local function heavier(a, b)
  if a.millidays ~= b.millidays then return a.millidays > b.millidays end
  if a.reported_at ~= b.reported_at then return a.reported_at > b.reported_at end
  return bytes_less(a.offence_id, b.offence_id)
end

-- Of a person who is not spilled.
local function counted_rows(person)
  local counted = {}
  for _, row in ipairs(each_row(person.value)) do
    if row.millidays > 0 then counted[#counted + 1] = row end
  end
  return counted
end

local function heaviest_counted(person)
  if person.counted then return heaviest_rows(person, SHOWN), person.counted end
  local counted = counted_rows(person)
  table.sort(counted, heavier)
  return counted, #counted
end

-- The largest contributions that count now, and how many count.
local function contributions_of(person)
  local rows, total = heaviest_counted(person)
  local shown = {}
  for i = 1, math.min(SHOWN, #rows) do
    local row = rows[i]
    shown[i] = {row.offence_id, code_of(row.step), row.millidays, row.reported_at, row['until']}
  end
  return shown, total
end

-- The rows that count of a person who is not spilled, one at a call, in an order.
local function each_counted(person, comes_before)
  local rows, place = counted_rows(person), 0
  table.sort(rows, comes_before)
  return function()
    place = place + 1
    return rows[place]
  end
end

-- The rows that count, one at a call, in the order in which their present steps end.
local function counted_by_end(person)
  if person.counted then return spilled_by_end(person) end
  return each_counted(person, function(a, b) return a['until'] < b['until'] end)
end

-- The anchors that count, one at a call with their offence_id, the latest first.
local function counted_anchors(person)
  if person.counted then return spilled_anchors(person) end
  local next_row = each_counted(person, function(a, b) return a.anchor > b.anchor end)
  return function()
    local row = next_row()
    if row then return row.anchor, row.offence_id end
  end
end

-- The coming step ends of a person in order of time, one at a call: instant, fall in millidays, and the row, which is
-- in its next step by then and comes again when that ends. To ask for the first few ends reads few rows.
local function coming_ends(person)
  local next_row, moved_on = counted_by_end(person), {}
  local fresh = next_row()
  return function()
    local row = moved_on[1]
    if row and not (fresh and fresh['until'] < row['until']) then
      heap_pop(moved_on)
    else
      row, fresh = fresh, fresh and next_row()
    end
    if not row then return nil end
    local instant = row['until']
    local _, fall = end_row_steps(row, instant)
    if row.millidays > 0 then heap_push(moved_on, row) end
    return instant, fall, row
  end
end

-- The first own step end at which the person would be out of the band if nobody else changed.
local function expected_exit_of(person)
  local rival = ranked(board.exit_rank, board.exit_rank)
  local rival_id, rival_key = rival[1], tonumber(rival[2])
  local score, is_over = person.score, {} -- of which offences no step is left
  local next_end, next_anchor = coming_ends(person), counted_anchors(person)
  local anchor, anchor_of = next_anchor()
  local instant, fall, row = next_end()
  while instant do
    score = score - fall
    if row.millidays == 0 then is_over[row.offence_id] = true end
    local at = instant
    instant, fall, row = next_end()
    if instant ~= at then
      if score == 0 then return at end
      while is_over[anchor_of] do anchor, anchor_of = next_anchor() end
      local key = key_of(score, anchor)
      if rival_id and (rival_key < key or (rival_key == key and bytes_less(rival_id, person.id))) then return at end
    end
  end
  return false
end
