-- What an alert shows of a person: the contributions that count, and when they would fall out.

local SHOWN = 20

local function heavier(a, b)
  if a.millidays ~= b.millidays then return a.millidays > b.millidays end
  if a.reported_at ~= b.reported_at then return a.reported_at > b.reported_at end
  return bytes_less(a.offence_id, b.offence_id)
end

local function heaviest_counted(person)
  if person.counted then return heaviest_rows(person, SHOWN), person.counted end
  local counted = {}
  for _, row in ipairs(each_row(person.value)) do
    if row.millidays > 0 then counted[#counted + 1] = row end
  end
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

-- Every coming step end of a person as {instant, fall, anchor if the row then ends}, in order of time.
local function coming_falls(person)
  local falls = {}
  for _, row in ipairs(person.counted and counted_rows(person) or each_row(person.value)) do
    local step = row.step
    while millidays_of[step] > 0 do
      local left = millidays_of[step + 1]
      falls[#falls + 1] = {instant = row.anchor + until_of[step], fall = millidays_of[step] - left,
        anchor = left == 0 and row.anchor}
      step = step + 1
    end
  end
  table.sort(falls, function(a, b) return a.instant < b.instant end)
  return falls
end

-- The latest anchor among the rows that still count after falls[i].
local function anchors_left_after(falls)
  local anchors, latest = {}, -math.huge
  for i = #falls, 1, -1 do
    anchors[i] = latest
    if falls[i].anchor and falls[i].anchor > latest then latest = falls[i].anchor end
  end
  return anchors
end

-- The first own step end at which the person would be out of the band if nobody else changed.
local function expected_exit_of(person)
  local rival = ranked(board.exit_rank, board.exit_rank)
  local rival_id, rival_key = rival[1], tonumber(rival[2])
  local falls, score = coming_falls(person), person.score
  local anchors = anchors_left_after(falls)
  for i, step in ipairs(falls) do
    score = score - step.fall
    local more_at_once = falls[i + 1] and falls[i + 1].instant == step.instant
    if not more_at_once then
      if score == 0 then return step.instant end
      local key = key_of(score, anchors[i])
      if rival_id and (rival_key < key or (rival_key == key and bytes_less(rival_id, person.id))) then
        return step.instant
      end
    end
  end
  return false
end
