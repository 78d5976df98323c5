-- TAKE: the oldest unpublished entries, as many as one transaction should bear; they stay where they are.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 how many at most  2 bytes that they may have together; the oldest may have more
--       3 how many of them the caller holds already
-- Returns their elements of the outbox, without those that are held
-- A script, because only beside the elements can their size be known.

--- @include "board"

local most, most_bytes, held = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local further, bytes = {}, 0
for place = 0, most - 1 do
  local element = redis.call('LINDEX', OUTBOX, place)
  if not element then break end
  bytes = bytes + #element
  if place > 0 and bytes > most_bytes then break end
  if place >= held then further[#further + 1] = element end
end
return further
