-- What many persons change at once: one command for many of them costs the server, and its append-only file,
-- half of what a command for each of them does.
--
-- The two orders of persons are RANK, by rank key, and DUE, by the instant at which something ends. What changes
-- in RANK waits for the next who reads the order, or for the end of the call; nobody reads DUE in between.

local AT_ONCE = 2000 -- the arguments of a call are bounded by Lua's stack

local changed_persons, ranking, awaiting = {}, {}, {}

local function change_value(person, value)
  person.value = value
  if person.changed then return end
  person.changed = true
  changed_persons[#changed_persons + 1] = person
end

local function read_many(name, fields)
  local values = {}
  for from = 1, #fields, AT_ONCE do
    local part = redis.call('HMGET', name, unpack(fields, from, math.min(#fields, from + AT_ONCE - 1)))
    if #fields <= AT_ONCE then return part end
    for i, value in ipairs(part) do values[from + i - 1] = value end
  end
  return values
end

local function write_many(command, name, arguments)
  for from = 1, #arguments, AT_ONCE do
    redis.call(command, name, unpack(arguments, from, math.min(#arguments, from + AT_ONCE - 1)))
  end
end

-- Puts persons where their `place` (key or due) says; false: they are not in the order any more.
local function write_order(name, changed, place)
  local placed, gone, count = {}, {}, 0
  for i = 1, #changed do
    local person = changed[i]
    local at = person[place]
    if at then
      placed[count + 1], placed[count + 2] = at, person.id
      count = count + 2
    else
      gone[#gone + 1] = person.id
    end
  end
  write_many('ZADD', name, placed)
  write_many('ZREM', name, gone)
end

local function write_ranking()
  if #ranking == 0 then return end
  write_order(RANK, ranking, 'key')
  ranking = {}
end

local function write_awaiting()
  write_order(DUE, awaiting, 'due')
  awaiting = {}
end

-- Persons and keys from one place of the ranking to another; the first has place 0.
local function ranked(first, last)
  write_ranking()
  return redis.call('ZRANGE', RANK, first, last, 'WITHSCORES')
end
