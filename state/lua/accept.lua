-- ACCEPT: a person's word: that the refusals which the brake stopped are right, and it counts from zero; or that the clocks are.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 by name (parts/call.lua): generation, seen, policy, clock, alerts_after (parts/board.lua)
--         body       of the entry (JSON)
--         verdicts   that pass before any are counted (nil = the word is not about refusals)
--         partition  to which that applies (nil = every one)
--         leap_to    instant up to which time may pass (nil = the word is not about the clocks)
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why} | {'other_settings', name, the board's}
-- A script, because the entry and what follows from it belong together.

--- @include "call"
--- @include "brake"

read_board()
local refused = refuse_change(call)
if refused then return refused end

begin_writing()
write_entry('acceptance', nil, call.body)
if call.leap_to then
  redis.call('HSET', META, 'leap_accepted', whole(call.leap_to))
  redis.call('HDEL', META, 'leap')
elseif not call.verdicts then
  -- The word is about something that no key of the board holds: a record that is passed over.
elseif call.partition then
  brake.release(whole(call.partition), call.verdicts)
else
  for _, partition in ipairs(redis.call('HKEYS', LEDGER)) do
    brake.release(partition, call.verdicts)
  end
end
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
