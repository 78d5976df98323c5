-- APPLY: everything that one run of records changes, whole or not at all.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 instant for wall mode ("" = the server's clock)  7 latest recorded_at ("" = no records)
--       8 partition  9 start  10 end  11 SHA-256 of the run  12 refusals as JSON
--       13 outbox limit  14 drain limit  15 the contributions (state/packing.py)
--       16 bytes of rows above which a person is spilled
--       17 verdicts that the brake looks at ("" = a rebuild)  18 how many records were judged
--       19 which of them were refused, counted from 1 (msgpack)
-- Returns {'applied', entry, as_of, sequence} | {'ahead', ledger} | {'rewind', why} | {'drain_first'}
--       | {'full'} | {'braked', refused, of so many} | {'other_settings', name, the board's}
-- A script, because ledger, scores, ranks, band and outbox must never be seen apart.

--- @include "board"
--- @include "orders"
--- @include "weights"
--- @include "row"
--- @include "spilled"
--- @include "person"
--- @include "evidence"
local note_due, look_for_baseline
--- @include "band"
--- @include "time"
--- @include "baseline"
--- @include "record"
--- @include "brake"

local KINDS = {'offence', 'amendment', 'withdrawal'}

local function take_record()
  local row, person_id, offset, kind, recorded_at = take_row()
  pass_position(ARGV[8], offset)
  if board.clock == 'event' and recorded_at > board.as_of then advance(recorded_at) end
  local person = person_of(person_id)
  local old_key, old_score, old_due = person.key, person.score, person.due
  end_row_steps(row, board.as_of)
  if not put(person, row) then return end
  change.person, change.kind, change.event, change.offence_id, change.offset =
    person, KINDS[kind], event_in_hand, row.offence_id, offset
  settle(old_key, old_score, old_due)
end

read_board()
local refused = refuse_change()
if refused then return refused end

local run = {partition = tonumber(ARGV[8]), start = tonumber(ARGV[9]), stop = tonumber(ARGV[10]),
  digest = ARGV[11], refusals = ARGV[12]}
local ledger = tonumber(redis.call('HGET', LEDGER, ARGV[8])) or 0
if ledger > run.start then return {'ahead', whole(ledger)} end
if ledger < run.start then return {'rewind', 'the ledger stands before this run'} end
if outbox_is_full(ARGV[13]) then return {'full'} end

board.spill_bytes = tonumber(ARGV[16])
local now = board.clock == 'wall' and (tonumber(ARGV[6]) or server_clock())
local latest = math.max(board.as_of, now or tonumber(ARGV[7]) or board.as_of)
if too_much_is_due(latest, tonumber(ARGV[14])) then return {'drain_first'} end
local braked = brake()
if braked then return braked end

begin_writing()
read_pending_baseline()
advance(now and latest or board.as_of)
records = ARGV[15]
while at <= #records do take_record() end
redis.call('HSET', LEDGER, ARGV[8], ARGV[10])
pass_position(ARGV[8], run.stop)
save_persons()
note_verdicts()
write_entry('run', run)
note_move()
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
