-- The contributions of a call, one after the other (state/packing.py writes the same layout). Persons and weights
-- are named by their place in two lists of their own, where each of them stands once.

--- @include "person"

-- recorded_at, person, weight, bytes of the event_id; offset and kind; then the row behind its step, up to its ids.
local RECORD = '<i8I4I4H' .. 'xxxxxxxxx' .. 'i8HB'
local ORIGIN_AT, ORIGIN, ROW_AT = 18, '<i8B', 27
local KINDS = {'offence', 'amendment', 'withdrawal'}

local records, at, persons_named, steps_named
local record_at, event_at

local function read_records(packed_persons, packed_weights, packed_records)
  persons_named = persons_of(cmsgpack.unpack(packed_persons))
  steps_named = first_steps(cmsgpack.unpack(packed_weights))
  records, at = packed_records, 1
end

-- Only a transition shows where it comes from, so only a transition cuts it out.
local function event_in_hand()
  return cut(records, event_at, at - 1)
end

-- Offset and kind of the record in hand.
local function origin_in_hand()
  local offset, kind = read(ORIGIN, records, record_at + ORIGIN_AT)
  return offset, KINDS[kind]
end

-- Answers recorded_at, person, offence_id, revision, first step, anchor, and the row behind its step.
local function take_row()
  local recorded_at, person, weight, event_bytes, anchor, bytes, edition_bytes, rest_at = read(RECORD, records, at)
  record_at, event_at = at, rest_at + bytes
  at = event_at + event_bytes
  return recorded_at, persons_named[person], cut(records, rest_at + edition_bytes, event_at - 1),
    revision_at(records, rest_at, edition_bytes), steps_named[weight], anchor,
    cut(records, record_at + ROW_AT, event_at - 1)
end
