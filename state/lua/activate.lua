-- ACTIVATE: everything is reassessed; the other policy is in force, and the band is brought in line.
--
-- KEYS  those of the board, in the order of state/keys.py
-- ARGV  1 generation  2 policy digest  3 size  4 exit_rank  5 body of the policy entry (JSON)
-- Returns {'applied', entry, as_of, sequence} | {'rewind', why}
-- A script, because policy, band and the entry that tells of both belong together.

--- @include "band"

-- Rank and score under the policy before.
local function standing_before(id)
  local index = redis.call('ZRANK', BEFORE_RANK, id)
  if not index then return {false, 0} end
  local person = {value = redis.call('HGET', BEFORE_OFFENDERS, id)}
  if is_spilled(person.value) then
    person.score = struct.unpack(SUMMARY, person.value)
  else
    recount(person)
  end
  return {index + 1, person.score}
end

local function by_rank(a, b)
  if a.rank and b.rank then return a.rank < b.rank end
  if a.rank or b.rank then return a.rank end
  return bytes_less(a.id, b.id)
end

local function who_must_leave()
  local leaving = {}
  for _, id in ipairs(redis.call('HKEYS', BAND)) do
    local rank = rank_of(id)
    if not rank or rank > board.exit_rank then leaving[#leaving + 1] = {id = id, rank = rank} end
  end
  table.sort(leaving, by_rank)
  return leaving
end

local function who_must_enter()
  local entering = {}
  for rank, id in ipairs(redis.call('ZRANGE', RANK, 0, board.size - 1)) do
    if not entrance_of(id) then entering[#entering + 1] = {id = id, rank = rank} end
  end
  return entering
end

local function move_all(direction, moved)
  for _, one in ipairs(moved) do
    local person = person_of(one.id)
    change.person, change.kind, change.offence_id, change.offset = person, 'policy', false, false
    write_transition(direction, {person = person, rank = one.rank, previous = standing_before(one.id)})
  end
end

read_board()
if board.generation ~= ARGV[1] then return {'rewind', 'the board has another generation'} end
if board.writing ~= 'reassessing' then return {'rewind', 'nothing was reassessed'} end
local incomplete = refuse_incomplete()
if incomplete then return incomplete end
if held[OFFENDERS] ~= held[BEFORE_OFFENDERS] then
  return {'rewind', 'somebody was left out of the reassessment'}
end

redis.call('HSET', META, 'policy', ARGV[2], 'size', ARGV[3], 'exit_rank', ARGV[4])
board.size, board.exit_rank = tonumber(ARGV[3]), tonumber(ARGV[4])
move_all('left', who_must_leave())
move_all('entered', who_must_enter())
write_entry('policy', nil, ARGV[5])
redis.call('UNLINK', BEFORE_OFFENDERS, BEFORE_RANK)
held[BEFORE_OFFENDERS], held[BEFORE_RANK] = nil, nil
finish()
return {'applied', whole(board.entry), whole(board.as_of), whole(board.sequence)}
