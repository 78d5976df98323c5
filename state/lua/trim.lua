-- TRIM: entries that are published leave the outbox.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 last published entry  3 its hash
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script, because a relay of another generation must not touch the outbox.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if not board.entry or board.writing then return {'rewind', 'the store holds no whole board'} end
local incomplete = refuse_incomplete()
if incomplete then return incomplete end
local waiting, keep = held[OUTBOX], board.entry - tonumber(ARGV[2])
if keep < 0 or keep > waiting then return {'rewind', 'the outbox does not hold that entry'} end
redis.call('HSET', META, 'published_hash', ARGV[3], 'published_at', whole(server_clock()))
redis.call('LTRIM', OUTBOX, waiting - keep, -1)
held[OUTBOX] = keep
note_sizes()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
