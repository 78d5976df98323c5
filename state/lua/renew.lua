-- RENEW: recovery is over; the claimed generation is opened to all workers and journaled.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 body of the recovery entry (JSON)  3 "1" = open the board, "0" = repeat the entry only
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script, because the entry and the open generation belong together.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if not board.entry or board.writing then return {'rewind', 'the store holds no whole board'} end
local incomplete = refuse_incomplete()
if incomplete then return incomplete end

begin_writing()
write_entry('recovery', nil, ARGV[2])
if ARGV[3] == '1' then redis.call('HDEL', META, 'recovering') end
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
