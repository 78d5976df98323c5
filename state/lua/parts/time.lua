-- Time: steps that end are worked off in order, each stamped with its own instant.

-- The first of those who are due, in order: {id, instant, id, instant...}; `next_due` is the place of the
-- next one. It holds until somebody becomes due, or ceases to be, among them.
local AHEAD = 100
local queue, next_due, queue_end = nil, 1, nil

local function read_queue()
  write_waiting(dues)
  queue, next_due = redis.call('ZRANGE', DUE, 0, AHEAD - 1, 'WITHSCORES'), 1
  queue_end = #queue == 2 * AHEAD and tonumber(queue[#queue]) or math.huge
end

-- The instant of the next step end and whose it is; nil when nothing is due.
local function head_due()
  if not queue or (next_due > #queue and queue_end < math.huge) then read_queue() end
  return tonumber(queue[next_due + 1]), queue[next_due]
end

function note_due(person, old_due)
  write_later(dues, person.id, person.due)
  if not queue then return end
  if old_due and queue[next_due] == person.id then
    next_due, old_due = next_due + 2, nil
  end
  if (person.due and person.due <= queue_end) or (old_due and old_due <= queue_end) then queue = nil end
end

-- True when more than `limit` steps end up to `instant`.
local function too_much_is_due(instant, limit)
  local head = head_due()
  if not head or head > instant then return false end
  write_waiting(dues)
  local due = redis.call('ZRANGEBYSCORE', DUE, '-inf', instant, 'LIMIT', 0, limit + 1)
  if #due > limit then return true end
  local steps = 0
  for _, id in ipairs(due) do steps = steps + steps_due(person_of(id), instant) end
  return steps > limit
end

-- One change: every step of one person that ends at one instant.
local function expire(person, instant)
  local old_key, old_score, old_due = person.key, person.score, person.due
  local ends, offence_id = end_steps(person, instant)
  board.drained = board.drained + ends
  change.person, change.kind, change.event, change.offence_id, change.offset = person, 'expiry', nil, offence_id, false
  settle(old_key, old_score, old_due)
end

-- Works off what is due up to `instant`, at most about `limit` steps; true when nothing is left.
local function drain(instant, limit)
  local due, id = head_due()
  while due and due <= instant do
    if limit and board.drained >= limit then return false end
    board.as_of = math.max(board.as_of, due)
    expire(person_of(id), due)
    look_for_baseline()
    due, id = head_due()
  end
  return true
end

local function advance(instant)
  drain(instant)
  board.as_of = instant
  look_for_baseline()
end
