-- Time: steps that end are worked off in order, each stamped with its own instant.

--- @include "baseline"

-- Who was due in this call when it began, in order, and at which instants; `next_place` is that of the next one.
local queue, instants, next_place = {}, {}, 1

-- Who has become due in this call since: {instant, person}, the next one last.
local newly_due = {}

local function comes_before(instant, id, other_instant, other_id)
  if instant ~= other_instant then return instant < other_instant end
  return bytes_less(id, other_id)
end

local function insert_newly_due(person)
  local low, high = 1, #newly_due + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    local other = newly_due[middle]
    if comes_before(person.due, person.id, other.instant, other.person.id) then
      low = middle + 1
    else
      high = middle
    end
  end
  table.insert(newly_due, low, {instant = person.due, person = person})
end

function note_due(person)
  new_dues[person.id] = person.due
  if person.due and person.due <= horizon then insert_newly_due(person) end
end

-- The ids of those who are due up to `instant`, one more than `limit` at most.
local function ids_due(instant, limit)
  return redis.call('ZRANGEBYSCORE', DUE, '-inf', instant, 'LIMIT', 0, limit + 1)
end

-- Queues them. If ids_due hit its limit, every person it returned ends at least one step, so the limit stops the drain
-- before anyone it left out matters. Otherwise nobody else's steps end up to `instant`.
local function queue_due(ids, instant)
  horizon = instant
  queue = persons_of(ids)
  for i = 1, #queue do instants[i] = queue[i].due end
end

-- Who is next, if anybody is: whose instant has changed since is passed over.
local function next_person()
  local waiting, new = queue[next_place], newly_due[#newly_due]
  while waiting and waiting.due ~= instants[next_place] do
    next_place = next_place + 1
    waiting = queue[next_place]
  end
  while new and new.person.due ~= new.instant do
    newly_due[#newly_due] = nil
    new = newly_due[#newly_due]
  end
  if not new then return waiting end
  if waiting and comes_before(waiting.due, waiting.id, new.instant, new.person.id) then return waiting end
  return new.person
end

-- One change: every step of one person that ends at one instant. Answers how much work it was, in steps of a person with
-- few rows: a person who passes an edge of the band is shown with all of them.
local function expire(person, instant)
  local old_key, old_score, old_due = person.key, person.score, person.due
  local ends, offence_id = end_steps(person, instant)
  board.drained = board.drained + ends
  if crosses_no_edge(person, old_key, old_due) then return ends end
  change.person, change.kind, change.event, change.offence_id, change.offset = person, 'expiry', nil, offence_id, false
  align(old_score)
  return ends + floor((person.counted and board.spill_bytes or #person.value) / board.work_bytes)
end

-- Works off what is due up to `instant`, at most about `limit` steps and `most_work` (nil: all there is); true when nothing
-- is left. Work is counted, not timed: scripts have no clock before Redis 7.4.
local function drain(instant, limit, most_work)
  local person, work = next_person(), 0
  while person and person.due <= instant do
    if limit and board.drained >= limit then return false end
    if most_work and work >= most_work then return false end
    board.as_of = math.max(board.as_of, person.due)
    work = work + expire(person, person.due)
    look_for_baseline()
    person = next_person()
  end
  return true
end

local function advance(instant)
  drain(instant)
  board.as_of = instant
  look_for_baseline()
end
