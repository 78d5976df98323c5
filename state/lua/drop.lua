-- DROP: a recovery forgets the board, to rebuild it; the claim stays.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation
-- Returns {'dropped'} | {'rewind', why}
-- A script, because a board that somebody else has claimed since may be whole.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end

redis.call('UNLINK', unpack(KEYS))
redis.call('HSET', META, 'generation', ARGV[1], 'recovering', '1')
return {'dropped'}
