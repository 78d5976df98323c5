-- What many persons change at once: one command for many of them costs the server, and its append-only file,
-- half of what a command for each of them does.
--
-- The two orders of persons are RANK, by rank key, and DUE, by the instant at which something ends. What changes
-- in RANK waits for the next who reads the order, or for the end of the call; nobody reads DUE in between.

--- @include "board"

local AT_ONCE = 2000 -- the arguments of a call are bounded by Lua's stack

local changed_persons = {}
local new_keys, new_dues = {}, {} -- by id

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
    local count = redis.call(command, name, unpack(arguments, from, math.min(#arguments, from + AT_ONCE - 1)))
    grow(name, command == 'ZREM' and -count or count)
  end
end

-- Brings an order in line: who has a place (key or due) stands there, and who has none (false) is gone.
local function write_places(name, places)
  local placed, gone, count = {}, {}, 0
  for id, place in pairs(places) do
    if place then
      placed[count + 1], placed[count + 2] = place, id
      count = count + 2
    else
      gone[#gone + 1] = id
    end
  end
  write_many('ZADD', name, placed)
  write_many('ZREM', name, gone)
end

local function write_ranking()
  if not next(new_keys) then return end
  write_places(RANK, new_keys)
  new_keys = {}
end

-- Persons and keys from one place of the ranking to another; the first has place 0.
local function ranked(first, last)
  write_ranking()
  return redis.call('ZRANGE', RANK, first, last, 'WITHSCORES')
end
