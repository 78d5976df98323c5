-- TAKE: the oldest unpublished entries, as many as one transaction should bear; they stay where they are.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 how many at most  2 bytes that they may have together; the oldest may have more
-- Returns their elements of the outbox
-- A script, because how large an element is can only be told beside it.

--- @include "board"

local taken, bytes = {}, 0
while #taken < tonumber(ARGV[1]) do
  local element = redis.call('LINDEX', OUTBOX, #taken)
  if not element then break end
  bytes = bytes + #element
  if #taken > 0 and bytes > tonumber(ARGV[2]) then break end
  taken[#taken + 1] = element
end
return taken
