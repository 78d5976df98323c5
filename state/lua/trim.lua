-- TRIM: entries that are published leave the outbox.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 last published entry  3 its hash
-- Returns {'applied', entries left} | {'rewind', why}
-- A script, because a relay of another generation must not touch the outbox.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if not board.entry or board.writing then return {'rewind', 'the store holds no whole board'} end
local held = redis.call('LLEN', OUTBOX)
local keep = board.entry - tonumber(ARGV[2])
if keep < 0 or keep > held then return {'rewind', 'the outbox does not hold that entry'} end
redis.call('HSET', META, 'published_hash', ARGV[3])
redis.call('LTRIM', OUTBOX, held - keep, -1)
return {'applied', whole(keep)}
