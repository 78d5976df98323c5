-- TICK: time passes without a record; steps that are due end.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 instant to reach ("" = by the clocks)  7 drain limit (0 = nothing may end: a repetition)  8 outbox limit
--       9 microseconds without an entry after which a heartbeat is written ("" = never)
--       10 the caller's clock (state/clocks.py; read where no instant is given)
--       11 seconds of work after which it stops, as at the drain limit ("" = a repetition)
--       12 instants of heartbeats that are repeated before it (msgpack, "" = none)
-- Returns {'applied', entry, as_of, sequence, next due instant or '', '1' = all has ended that was due} | {'rewind', why}
--         | {'full'} | {'leap', instant, newest entry's as_of, since} | {'not_quiet'}
--         | {'other_settings', name, the board's}
-- A script, for the same reason as APPLY.

--- @include "board"
--- @include "orders"
--- @include "weights"
--- @include "row"
--- @include "ahead"
--- @include "spilled"
--- @include "person"
--- @include "heap"
--- @include "evidence"
local note_due, look_for_baseline
--- @include "band"
--- @include "time"
--- @include "baseline"
--- @include "clocks"
--- @include "heartbeats"

-- Time that passes and ends nothing leaves no entry. Each entry of a wall board says all the same where its now stood; a
-- run by the events' clock does not, and so could not be repeated. Only who repeats history says that time has passed.
local function may_move(drain_limit)
  return board.clock == 'wall' or board.drained > 0 or drain_limit == 0
end

read_board()
local refused = refuse_change()
if refused then return refused end
if outbox_is_full(ARGV[8]) then return {'full'} end
local now = clocks.instant(ARGV[6], ARGV[10])
local leap = clocks.leap(now)
if leap then return leap end
local loud = heartbeats.await(ARGV[12])
if loud then return loud end

begin_writing()
heartbeats.write()
read_pending_baseline()
local target = math.max(board.as_of, now)
local drain_limit = tonumber(ARGV[7])
await(ids_due(target, drain_limit), target)
local all_ended = drain(target, drain_limit, tonumber(ARGV[11]))
if all_ended and may_move(drain_limit) then board.as_of = target end
look_for_baseline()
save_persons()
local heartbeat_us = tonumber(ARGV[9])
if board.drained > 0 or board.baseline then
  write_entry('tick')
elseif heartbeat_us and board.as_of - board.entry_as_of >= heartbeat_us then
  write_entry('heartbeat')
end
note_move()
finish()
local next_due = tonumber(redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')[2])
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence), next_due and whole(next_due) or '',
  all_ended and '1' or ''}
