-- The contributions of a call, one after the other (state/packing.py writes the same layout).

local RECORD = '<i8BI8i8i8i8HHHH'

local records, at = '', 1

local function take_text(bytes)
  local text = string.sub(records, at, at + bytes - 1)
  at = at + bytes
  return text
end

local event_at, event_bytes

-- Only a transition shows the event, so only a transition cuts it out.
local function event_in_hand()
  return string.sub(records, event_at, event_at + event_bytes - 1)
end

-- Answers the row with nothing ended yet, offender_id, offset, number of the kind, recorded_at.
local function take_row()
  local offset, kind, revision, recorded_at, reported_at, anchor, offender_bytes, offence_bytes, weight_bytes
  offset, kind, revision, recorded_at, reported_at, anchor, offender_bytes, offence_bytes, weight_bytes, event_bytes, at =
    struct.unpack(RECORD, records, at)
  local person_id, offence_id, packed_weight =
    take_text(offender_bytes), take_text(offence_bytes), take_text(weight_bytes)
  event_at, at = at, at + event_bytes
  local number = number_of(packed_weight)
  local row = {revision = revision, reported_at = reported_at, anchor = anchor, number = number, ended = 0,
    weight = weight_of(number), offence_id = offence_id}
  row.millidays = row.weight.millidays[1]
  return row, person_id, offset, kind, recorded_at
end
