-- Time: steps that end are worked off in order, each stamped with its own instant.

-- The earliest due instant, never later than the true one; false when nothing is due.
local head_due

function note_due(person)
  if person.due then
    redis.call('ZADD', DUE, whole(person.due), person.id)
    if not head_due or person.due < head_due then head_due = person.due end
  else
    redis.call('ZREM', DUE, person.id)
  end
end

local function read_head_due()
  local head = redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')
  head_due = tonumber(head[2]) or false
  return head[1]
end

-- True when more than `limit` steps end up to `instant`.
local function too_much_is_due(instant, limit)
  if not head_due or head_due > instant then return false end
  local due = redis.call('ZRANGEBYSCORE', DUE, '-inf', whole(instant), 'LIMIT', 0, limit + 1)
  if #due > limit then return true end
  local steps = 0
  for _, id in ipairs(due) do
    for _, row in ipairs(person_of(id).rows) do
      local at = 1
      while at <= #row.steps and struct.unpack(STEP, row.steps, at) <= instant do
        steps, at = steps + 1, at + STEP_BYTES
      end
    end
  end
  return steps > limit
end

-- One change: every step of one person that ends at one instant.
local function expire(person, instant)
  local largest, offence_id = -1, false
  for _, row in ipairs(person.rows) do
    if row['until'] and row['until'] <= instant then
      local fall, ended = cut_steps(row, instant)
      board.drained = board.drained + ended
      if fall > largest or (fall == largest and bytes_less(row.offence_id, offence_id)) then
        largest, offence_id = fall, row.offence_id
      end
    end
  end
  settle({person = person, kind = 'expiry', event_id = false, offence_id = offence_id, offset = false})
end

-- Works off what is due up to `instant`, at most about `limit` steps; true when nothing is left.
local function drain(instant, limit)
  while head_due and head_due <= instant do
    local id = read_head_due()
    if not head_due or head_due > instant then break end
    if limit and board.drained >= limit then return false end
    board.as_of = math.max(board.as_of, head_due)
    expire(person_of(id), head_due)
    look_for_baseline()
    read_head_due()
  end
  return true
end

local function advance(instant)
  drain(instant)
  board.as_of = instant
  look_for_baseline()
end
