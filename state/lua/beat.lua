-- BEAT: heartbeats that follow each other, repeated at once.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 highest entry seen  3 policy digest  4 clock mode  5 alerts_after
--       6 their instants, in order (msgpack)  7 outbox limit
-- Returns {'applied', entry, as_of, sequence} | {'not_quiet'} | {'rewind', why} | {'full'}
--         | {'other_settings', name, the board's}
-- A script, for the same reason as APPLY. Whoever lets time pass alone needs none of the scripts' persons, and no call
-- for each minute.

--- @include "board"
--- @include "clocks"
--- @include "heartbeats"

read_board()
local refused = refuse_change()
if refused then return refused end
if outbox_is_full(ARGV[7]) then return {'full'} end
clocks.leap(board.entry_as_of) -- the tick that wrote the first of them found none
local loud = heartbeats.await(ARGV[6])
if loud then return loud end

begin_writing()
heartbeats.write()
note_move()
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
