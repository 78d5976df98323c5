-- BEAT: heartbeats that follow each other, repeated at once.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 by name (parts/call.lua): generation, seen, policy, clock, alerts_after (parts/board.lua)
--         instants  those of the heartbeats, in order; outbox  entries from which on the outbox is full
-- Returns {'applied', entry, as_of, sequence} | {'not_quiet'} | {'rewind', why} | {'full'}
--         | {'other_settings', name, the board's}
-- A script, for the same reason as APPLY; and one of its own, because it needs nothing of persons, to whom most of TICK's
-- cost is due.

--- @include "call"
--- @include "clocks"

-- Whether nothing but time passes up to the last of the instants. Where something might, TICK tells what.
local function is_quiet(instants)
  local next_due = tonumber(redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')[2])
  local last, before = instants[#instants], board.as_of
  if next_due and next_due <= last then return false end
  if board.pending_ends and last > tonumber(board.alerts_after) then return false end
  for _, instant in ipairs(instants) do
    if instant < before then return false end
    before = instant
  end
  return true
end

read_board()
local refused = refuse_change(call)
if refused then return refused end
if outbox_is_full(call.outbox) then return {'full'} end
clocks.leap(board.entry_as_of) -- the tick that wrote the first of them found none
if not is_quiet(call.instants) then return {'not_quiet'} end

begin_writing()
for _, instant in ipairs(call.instants) do
  board.as_of = instant
  write_entry('heartbeat')
end
note_move()
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
