-- ACCEPT: a person has said that the refusals which the brake stopped are right; it counts anew.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 verdicts that pass before any are counted  3 body of the entry (JSON)
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script, because the entry and the new count belong together.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if not board.entry or board.writing then return {'rewind', 'the store holds no whole board'} end

begin_writing()
write_entry('acceptance', nil, ARGV[3])
redis.call('HDEL', META, 'refused', 'braked')
redis.call('HSET', META, 'judged', -tonumber(ARGV[2]))
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
