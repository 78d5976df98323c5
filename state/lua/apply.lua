-- APPLY: everything that one run of records changes, whole or not at all.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 instant for wall mode ("" = the server's clock)  7 latest recorded_at ("" = no records)
--       8 partition  9 start  10 end  11 SHA-256 of the run  12 refusals as JSON
--       13 outbox limit  14 steps that it may end  15 bytes that these may need in the entry
--       16, 17, 18 the contributions (state/packing.py)  19 bytes of rows above which a person is spilled
--       20 verdicts that the brake looks at  21 how many records were judged
--       22 which of them were refused, counted from 1 (msgpack)
--       23 bytes above which the outbox is full, too ("" = a rebuild)
--       24 the caller's clock (state/clocks.py; read where no instant is given)
--       25 "1" = the brake may stop it, "" = a rebuild, of which the verdicts are only counted
--       26 bytes of rows for which a step of their person counts once more (parts/ahead.lua)
--       27 ticks and heartbeats that are repeated before it (lua/parts/history.lua; "" = none)
-- Returns {'applied', entry, as_of, sequence} | {'ahead', ledger} | {'rewind', why} | {'drain_first'}
--       | {'full'} | {'braked', refused, of so many, offset} | {'leap', instant, newest entry's as_of, since}
--       | {'other_settings', name, the board's}
-- A script, because ledger, scores, ranks, band and outbox must never be seen apart.

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
--- @include "record"
--- @include "brake"
--- @include "clocks"
--- @include "history"

local function take_record()
  local recorded_at, person, offence_id, revision, step, anchor, tail = take_row()
  if board.pending_ends then pass_position(ARGV[8], (origin_in_hand())) end
  if board.clock == 'event' and recorded_at > board.as_of then advance(recorded_at) end
  local old_key, old_score, old_due = person.key, person.score, person.due
  if not put(person, offence_id, revision, step_at(step, anchor, board.as_of), anchor, tail) then return end
  if stays_in_place(person, old_key, old_due) then return end
  local offset, kind = origin_in_hand()
  change.person, change.kind, change.event, change.offence_id, change.offset =
    person, kind, event_in_hand, offence_id, offset
  align(old_score)
end

read_board()
local refused = refuse_change()
if refused then return refused end

local run = {partition = tonumber(ARGV[8]), start = tonumber(ARGV[9]), stop = tonumber(ARGV[10]),
  digest = ARGV[11], refusals = ARGV[12]}
local ledger = tonumber(redis.call('HGET', LEDGER, ARGV[8])) or 0
if ledger > run.start then return {'ahead', whole(ledger)} end
if ledger < run.start then return {'rewind', 'the ledger stands before this run'} end
if outbox_is_full(ARGV[13]) or outbox_is_heavy(ARGV[23]) then return {'full'} end

board.spill_bytes, board.work_bytes = tonumber(ARGV[19]), tonumber(ARGV[26])
local now = board.clock == 'wall' and clocks.instant(ARGV[6], ARGV[24])
local leap = now and clocks.leap(now)
if leap then return leap end
local latest = math.max(board.as_of, now or tonumber(ARGV[7]) or board.as_of, (history.read(ARGV[27])))
local drain_limit = tonumber(ARGV[14])
local due = ids_due(latest, drain_limit)
if #due > drain_limit then return {'drain_first'} end
await(due, latest)
if is_too_much(drain_limit, tonumber(ARGV[15])) then return {'drain_first'} end
local braked = brake.look(ARGV[8], run.start, run.refusals)
if braked then return braked end

begin_writing()
read_pending_baseline()
history.repeat_all()
advance(now and latest or board.as_of)
read_records(ARGV[16], ARGV[17], ARGV[18])
while at <= #records do take_record() end
local is_first = redis.call('HSET', LEDGER, ARGV[8], ARGV[10])
grow(LEDGER, is_first)
pass_position(ARGV[8], run.stop)
save_persons()
brake.note_verdicts(ARGV[8], is_first == 1)
write_entry('run', run)
note_move(ARGV[8])
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
