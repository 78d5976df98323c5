-- ACCEPT: a person's word: that the refusals which the brake stopped are right, and it counts anew; or that the clocks are.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 body of the entry (JSON)  7 verdicts that pass before any are counted ("" = the word is not about refusals)
--       8 partition to which that applies ("" = every one)
--       9 instant up to which time may pass ("" = the word is not about the clocks)
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why} | {'other_settings', name, the board's}
-- A script, because the entry and what follows from it belong together.

--- @include "board"
--- @include "brake"

read_board()
local refused = refuse_change()
if refused then return refused end

begin_writing()
write_entry('acceptance', nil, ARGV[6])
if ARGV[9] ~= '' then
  redis.call('HSET', META, 'leap_accepted', ARGV[9])
  redis.call('HDEL', META, 'leap')
elseif ARGV[7] == '' then
  -- The word is about something that no key of the board holds: a record that is passed over.
elseif ARGV[8] ~= '' then
  brake.release(ARGV[8], tonumber(ARGV[7]))
else
  for _, partition in ipairs(redis.call('HKEYS', LEDGER)) do
    brake.release(partition, tonumber(ARGV[7]))
  end
end
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
