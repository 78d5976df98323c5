-- ANNOUNCE: a recovery says up to which entry it repeats the journal, so that others see how far it has come.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 the journal's newest entry
-- Returns {'announced'} | {'rewind', why}
-- A script, because a board that somebody else has claimed since is theirs to tell of.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
redis.call('HSET', META, 'recovering', cmsgpack.pack({tonumber(ARGV[2]), server_clock()}))
return {'announced'}
