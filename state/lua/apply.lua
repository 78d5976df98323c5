-- APPLY: everything that one run of records changes, whole or not at all.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 by name (parts/call.lua): generation, seen, policy, clock, alerts_after (parts/board.lua)
--         now           instant for wall mode (nil = by the clocks); latest  the latest recorded_at (nil = no records)
--         partition, start, stop, digest, refusals  of the run; digest is its SHA-256, refusals are JSON
--         outbox, outbox_bytes  from which on the outbox is full (bytes nil = a rebuild)
--         drain, drain_bytes    steps that it may end, and bytes that these may need in the entry
--         spill_bytes   bytes of rows above which a person is spilled
--         work_bytes    bytes of rows for which a step of their person counts once more (parts/ahead.lua)
--         verdicts, judged, refused  verdicts that the brake looks at, how many records were judged, and which of them
--                       were refused, counted from 1; may_brake  false = a rebuild, of which they are only counted
--         caller_clock  the caller's clock (state/clocks.py; read where no instant is given)
--         history       ticks and heartbeats that are repeated before it (parts/history.lua; "" = none)
--       2, 3, 4 the contributions (state/packing.py)
-- Returns {'applied', entry, as_of, sequence} | {'ahead', ledger} | {'rewind', why} | {'drain_first'}
--       | {'full'} | {'braked', refused, of so many, offset} | {'leap', instant, newest entry's as_of, since}
--       | {'other_settings', name, the board's}
-- A script, because ledger, scores, ranks, band and outbox must never be seen apart.

--- @include "call"
--- @include "history"
--- @include "record"
--- @include "brake"
--- @include "clocks"

local partition = whole(call.partition)

local function take_record()
  local recorded_at, person, offence_id, revision, step, anchor, tail = take_row()
  if board.pending_ends then pass_position(partition, (origin_in_hand())) end
  if board.clock == 'event' and recorded_at > board.as_of then advance(recorded_at) end
  local old_key, old_score, old_due = person.key, person.score, person.due
  if not put(person, offence_id, revision, step_at(step, anchor, board.as_of), anchor, tail) then return end
  if crosses_no_edge(person, old_key, old_due) then return end
  local offset, kind = origin_in_hand()
  change.person, change.kind, change.event, change.offence_id, change.offset =
    person, kind, event_in_hand, offence_id, offset
  align(old_score)
end

read_board()
local refused = refuse_change(call)
if refused then return refused end

local ledger = tonumber(redis.call('HGET', LEDGER, partition) or 0)
if not ledger then return {'rewind', 'something else stands in the ledger'} end
if ledger > call.start then return {'ahead', whole(ledger)} end
if ledger < call.start then return {'rewind', 'the ledger stands before this run'} end
if outbox_is_full(call.outbox) or outbox_is_heavy(call.outbox_bytes) then return {'full'} end

board.spill_bytes, board.work_bytes = call.spill_bytes, call.work_bytes
local now = board.clock == 'wall' and clocks.instant(call.now, call.caller_clock)
local leap = now and clocks.leap(now)
if leap then return leap end
local latest = math.max(board.as_of, now or call.latest or board.as_of, (history.read(call.history)))
local due = ids_due(latest, call.drain)
if #due > call.drain then return {'drain_first'} end
queue_due(due, latest)
if is_too_much(call.drain, call.drain_bytes) then return {'drain_first'} end
local braked = brake.look(call, partition)
if braked then return braked end

begin_writing()
read_pending_baseline()
history.repeat_all()
advance(now and latest or board.as_of)
read_records(ARGV[2], ARGV[3], ARGV[4])
while at <= #records do take_record() end
local is_first = redis.call('HSET', LEDGER, partition, whole(call.stop))
grow(LEDGER, is_first)
pass_position(partition, call.stop)
save_persons()
brake.note_verdicts(call, partition, is_first == 1)
write_entry('run', call)
note_move(partition)
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
