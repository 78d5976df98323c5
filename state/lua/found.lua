-- FOUND: a new board; its first entry holds the policy before anything uses it.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 policy digest  3 clock mode  4 alerts_after ("" = from the start)  5 size
--       6 exit_rank  7 as_of  8 founding document (JSON)  9 {partition = end} as msgpack ("" = no baseline)
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script, because a board must not exist without its first entry.

--- @include "board"

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if board.writing then return {'rewind', 'a script broke half way'} end
if board.entry then return {'rewind', 'there is a board already'} end

read_sizes()
begin_writing()
redis.call('HSET', META, 'layout', LAYOUT, 'policy', ARGV[2], 'clock', ARGV[3], 'alerts_after', ARGV[4],
  'size', ARGV[5], 'exit_rank', ARGV[6], 'founding', ARGV[8])
if ARGV[9] ~= '' then
  redis.call('HSET', META, 'pending_ends', ARGV[9])
  board.pending_ends = ARGV[9]
end
board.entry, board.sequence, board.as_of = 0, 0, tonumber(ARGV[7])
write_entry('policy', nil, ARGV[8])
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
