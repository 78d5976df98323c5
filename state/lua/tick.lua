-- TICK: time passes without a record; steps that are due end.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 by name (parts/call.lua): generation, seen, policy, clock, alerts_after (parts/board.lua)
--         now           instant to reach (nil = by the clocks)
--         drain         steps that it may end (0 = nothing may end: a repetition)
--         work          after which it stops, as at the drain limit (parts/time.lua; nil = a repetition)
--         spill_bytes   bytes of rows above which a person is spilled
--         work_bytes    bytes of rows for which a step of their person is once more as much work
--         outbox        entries from which on the outbox is full
--         heartbeat_us  microseconds without an entry after which a heartbeat is written (nil = never)
--         caller_clock  the caller's clock (state/clocks.py; read where no instant is given)
--         history       ticks and heartbeats that are repeated before it (parts/history.lua; "" = none)
-- Returns {'applied', entry, as_of, sequence, next due instant or '', '1' = all has ended that was due} | {'rewind', why}
--         | {'full'} | {'leap', instant, newest entry's as_of, since} | {'other_settings', name, the board's}
-- A script, for the same reason as APPLY.

--- @include "call"
--- @include "clocks"
--- @include "history"

read_board()
local refused = refuse_change(call)
if refused then return refused end
if outbox_is_full(call.outbox) then return {'full'} end
local now = clocks.instant(call.now, call.caller_clock)
local leap = clocks.leap(now)
if leap then return leap end

board.spill_bytes, board.work_bytes = call.spill_bytes, call.work_bytes
begin_writing()
read_pending_baseline()
local last, steps = history.read(call.history)
local latest = math.max(board.as_of, now, last)
queue_due(ids_due(latest, call.drain + steps), latest)
history.repeat_all()
local all_ended = history.pass(math.max(board.as_of, now), call.drain, call.work)
save_persons()
if board.drained > 0 or board.baseline then
  write_entry('tick')
elseif call.heartbeat_us and board.as_of - board.entry_as_of >= call.heartbeat_us then
  write_entry('heartbeat')
end
note_move()
finish()
local next_due = tonumber(redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')[2])
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence), next_due and whole(next_due) or '',
  all_ended and '1' or ''}
