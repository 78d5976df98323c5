-- What an alert shows of a person: the contributions that count, and when they would fall out.

local SHOWN = 20

local function heavier(a, b)
  if a.millidays ~= b.millidays then return a.millidays > b.millidays end
  if a.reported_at ~= b.reported_at then return a.reported_at > b.reported_at end
  return bytes_less(a.offence_id, b.offence_id)
end

-- The largest contributions that count now, and how many count.
local function contributions_of(person)
  local counted = {}
  for _, row in ipairs(person.rows) do
    if row.millidays > 0 then counted[#counted + 1] = row end
  end
  table.sort(counted, heavier)
  local shown = {}
  for i = 1, math.min(SHOWN, #counted) do
    local row = counted[i]
    shown[i] = {row.offence_id, row.code, row.millidays, row.reported_at, row['until']}
  end
  return shown, #counted
end

-- Every coming step end of a person as {instant, fall, anchor_day if the row then ends}, in order of time.
local function coming_falls(person)
  local falls = {}
  for _, row in ipairs(person.rows) do
    local at = 1
    while at <= #row.steps do
      local instant, millidays = struct.unpack(STEP, row.steps, at)
      at = at + STEP_BYTES
      local next_millidays, last = 0, at > #row.steps
      if not last then _, next_millidays = struct.unpack(STEP, row.steps, at) end
      falls[#falls + 1] = {instant = instant, fall = millidays - next_millidays, day = last and row.anchor_day}
    end
  end
  table.sort(falls, function(a, b) return a.instant < b.instant end)
  return falls
end

-- The latest anchor day among the rows that still count after falls[i].
local function days_left_after(falls)
  local days, latest = {}, 0
  for i = #falls, 1, -1 do
    days[i] = latest
    if falls[i].day and falls[i].day > latest then latest = falls[i].day end
  end
  return days
end

-- The first own step end at which the person would be out of the band if nobody else changed.
local function expected_exit_of(person)
  local rival = redis.call('ZRANGE', RANK, board.exit_rank, board.exit_rank, 'WITHSCORES')
  local rival_id, rival_key = rival[1], tonumber(rival[2])
  local falls, score = coming_falls(person), person.score
  local days = days_left_after(falls)
  for i, step in ipairs(falls) do
    score = score - step.fall
    local more_at_once = falls[i + 1] and falls[i + 1].instant == step.instant
    if not more_at_once then
      if score == 0 then return step.instant end
      local key = -(math.min(score, HIGHEST_RANKED) * DAY_SLOTS + days[i])
      if rival_id and (rival_key < key or (rival_key == key and bytes_less(rival_id, person.id))) then
        return step.instant
      end
    end
  end
  return false
end
