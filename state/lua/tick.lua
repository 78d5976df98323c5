-- TICK: time passes without a record; steps that are due end.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 instant to reach ("" = by the clocks)  7 drain limit (0 = nothing may end: a repetition)  8 outbox limit
--       9 microseconds without an entry after which a heartbeat is written ("" = never)
--       10 the caller's clock (state/clocks.py; read where no instant is given)
--       11 seconds of work after which it stops, as at the drain limit ("" = a repetition)
--       12 ticks and heartbeats that are repeated before it (lua/parts/history.lua; "" = none)
-- Returns {'applied', entry, as_of, sequence, next due instant or '', '1' = all has ended that was due} | {'rewind', why}
--         | {'full'} | {'leap', instant, newest entry's as_of, since} | {'other_settings', name, the board's}
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
--- @include "history"

read_board()
local refused = refuse_change()
if refused then return refused end
if outbox_is_full(ARGV[8]) then return {'full'} end
local now = clocks.instant(ARGV[6], ARGV[10])
local leap = clocks.leap(now)
if leap then return leap end

begin_writing()
read_pending_baseline()
local last, steps = history.read(ARGV[12])
local drain_limit, latest = tonumber(ARGV[7]), math.max(board.as_of, now, last)
await(ids_due(latest, drain_limit + steps), latest)
history.repeat_all()
local all_ended = history.pass(math.max(board.as_of, now), drain_limit, tonumber(ARGV[11]))
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
