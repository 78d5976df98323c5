-- APPLY: everything that one run of records changes, whole or not at all.
--
-- KEYS  1 meta  2 ledger  3 offenders  4 rank  5 due  6 band  7 outbox
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 instant for wall mode ("" = the server's clock)  7 latest recorded_at ("" = no records)
--       8 partition  9 start  10 end  11 SHA-256 of the run  12 refusals as JSON
--       13 outbox limit  14 drain limit  15... one packed contribution each (state/packing.py)
-- Returns {'applied', entry, as_of, sequence} | {'ahead', ledger} | {'rewind', why} | {'drain_first'}
--       | {'full'} | {'other_settings', name, the board's}
-- A script, because ledger, scores, ranks, band and outbox must never be seen apart.

--- @include "board"
--- @include "person"
--- @include "evidence"
local note_due, look_for_baseline
--- @include "band"
--- @include "time"
--- @include "baseline"

local KINDS = {'offence', 'amendment', 'withdrawal'}
local RECORD = '<i8BI8i8i8I4Hc0Hc0Hc0Hc0Hc0'

local function take(packed)
  local offset, kind, revision, recorded_at, reported_at, anchor_day, event_id, offender_id, offence_id, code, steps =
    struct.unpack(RECORD, packed)
  pass_position(ARGV[8], offset)
  if board.clock == 'event' and recorded_at > board.as_of then advance(recorded_at) end
  local person = person_of(offender_id)
  local row = person.by_offence[offence_id]
  if row and row.revision >= revision then return end
  if not row then
    row = {offence_id = offence_id}
    person.rows[#person.rows + 1] = row
    person.by_offence[offence_id] = row
  end
  row.revision, row.reported_at, row.anchor_day = revision, reported_at, anchor_day
  row.code, row.steps, row.packed = code, steps, nil
  read_first_step(row)
  cut_steps(row, board.as_of)
  settle({person = person, kind = KINDS[kind], event_id = event_id, offence_id = offence_id, offset = offset})
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

local now = board.clock == 'wall' and (tonumber(ARGV[6]) or server_clock())
local latest = math.max(board.as_of, now or tonumber(ARGV[7]) or board.as_of)
read_head_due()
if too_much_is_due(latest, tonumber(ARGV[14])) then return {'drain_first'} end

begin_writing()
read_pending_baseline()
advance(now and latest or board.as_of)
for i = 15, #ARGV do take(ARGV[i]) end
redis.call('HSET', LEDGER, ARGV[8], ARGV[10])
pass_position(ARGV[8], run.stop)
save_persons()
write_entry('run', run)
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
