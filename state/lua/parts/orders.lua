-- The two orders of persons, by rank key and by the instant at which something ends. What changes there waits
-- for the next who reads the order, or for the end of the call: one command for many persons costs the
-- server, and its append-only file, half of what a command for each of them does.

local PERSONS_AT_ONCE = 1000 -- the arguments of a call are bounded by Lua's stack

local ranks, dues = {name = RANK, waiting = {}}, {name = DUE, waiting = {}}

-- `value` false: the person is not in the order any more.
local function write_later(order, id, value)
  order.waiting[id] = value
end

local function write_many(command, name, arguments)
  for from = 1, #arguments, 2 * PERSONS_AT_ONCE do
    redis.call(command, name, unpack(arguments, from, math.min(#arguments, from + 2 * PERSONS_AT_ONCE - 1)))
  end
end

local function write_waiting(order)
  if not next(order.waiting) then return end
  local placed, gone = {}, {}
  for id, value in pairs(order.waiting) do
    if value then
      placed[#placed + 1], placed[#placed + 2] = value, id
    else
      gone[#gone + 1] = id
    end
  end
  order.waiting = {}
  write_many('ZADD', order.name, placed)
  write_many('ZREM', order.name, gone)
end

-- Persons and keys from one place of the ranking to another; the first has place 0.
local function ranked(first, last)
  write_waiting(ranks)
  return redis.call('ZRANGE', RANK, first, last, 'WITHSCORES')
end
