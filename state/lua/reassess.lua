-- REASSESS: a part of everything that is known, assessed under another policy; ACTIVATE ends it.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 "1" = the first part  3, 4, 5 the contributions (state/packing.py)
--       6 bytes of rows above which a person is spilled
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script for each part, because a whole board would hold up the server. From the first part to ACTIVATE the
-- board carries the `writing` mark: nobody else works on it, and what ends in between is a broken board.

--- @include "record"

local function set_aside(key, before)
  if redis.call('EXISTS', key) == 1 then redis.call('RENAME', key, before) end
end

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if not board.entry then return {'rewind', 'the store holds no board'} end
local is_first = ARGV[2] == '1'
if board.writing ~= (not is_first and 'reassessing') then return {'rewind', 'a script broke half way'} end
local incomplete = refuse_incomplete()
if incomplete then return incomplete end

if is_first then
  board.writing = 'reassessing'
  redis.call('HSET', META, 'writing', board.writing)
  set_aside(OFFENDERS, BEFORE_OFFENDERS)
  set_aside(RANK, BEFORE_RANK)
  redis.call('UNLINK', DUE, SPILLED)
  read_sizes()
end
board.spill_bytes = tonumber(ARGV[6])
read_records(ARGV[3], ARGV[4], ARGV[5])
while at <= #records do
  local _, person, offence_id, revision, step, anchor, tail = take_row()
  put(person, offence_id, revision, step_at(step, anchor, board.as_of), anchor, tail)
end
for id, person in pairs(persons) do new_keys[id], new_dues[id] = person.key, person.due end
save_persons()
note_sizes()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
