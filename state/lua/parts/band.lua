-- The band: after every single change of one person, who leaves and who enters.

--- @include "evidence"

local note_due -- time.lua tells how; where no time passes, nobody falls due

-- Keys of the persons at rank `size` and rank `exit_rank`; nil = not read yet, false = fewer are ranked.
local inner_key, outer_key

local function person_at(rank)
  return ranked(rank - 1, rank - 1)
end

local function key_at(rank)
  return tonumber(person_at(rank)[2]) or false
end

-- A change wholly below the band's outer edge, or wholly above its inner one, moves nobody.
local function passes_no_edge(old_key, new_key)
  if outer_key == nil then inner_key, outer_key = key_at(board.size), key_at(board.exit_rank) end
  if outer_key and (not old_key or old_key > outer_key) and (not new_key or new_key > outer_key) then
    return true
  end
  return inner_key and old_key and new_key and old_key < inner_key and new_key < inner_key
end

local function rank_of(id)
  write_ranking()
  local index = redis.call('ZRANK', RANK, id)
  return index and index + 1
end

local function entrance_of(id)
  local packed = redis.call('HGET', BAND, id)
  if not packed then return false end
  local sequence, as_of = struct.unpack('<I8i8', packed)
  return {sequence, as_of}
end

-- The change in hand: person, kind, event (answers the event_id; nil: none), offence_id, offset.
local change = {}

-- move: {person, rank, previous = {rank, score}}
local function write_transition(direction, move, counterpart)
  local person, own = move.person, move.person == change.person
  local other_kind = direction == 'left' and 'displacement' or 'vacancy'
  local shown, total = contributions_of(person)
  local cut = person_at(board.size)[1]
  board.sequence = board.sequence + 1
  local expected, entered = false, false
  if direction == 'entered' then
    expected = expected_exit_of(person)
    grow(BAND, redis.call('HSET', BAND, person.id, struct.pack('<I8i8', board.sequence, board.as_of)))
  else
    entered = entrance_of(person.id)
    grow(BAND, -redis.call('HDEL', BAND, person.id))
  end
  board.transitions[#board.transitions + 1] = {
    board.sequence, direction, person.id, move.rank or false, person.score, move.previous,
    cut and person_of(cut).score or false, counterpart and counterpart.person.id or false,
    {own and change.kind or other_kind, change.event and change.event() or false, change.offence_id,
      change.person.id},
    shown, total, expected, entered, board.as_of, change.offset}
end

local function who_leaves(own)
  if (not own.rank or own.rank > board.exit_rank) and entrance_of(own.person.id) then return own end
  local id = person_at(board.exit_rank + 1)[1]
  if not id or not entrance_of(id) then return nil end
  local other = person_of(id)
  return {person = other, rank = board.exit_rank + 1, previous = {board.exit_rank, other.score}}
end

local function who_enters(own)
  if own.rank and own.rank <= board.size and not entrance_of(own.person.id) then return own end
  local id = person_at(board.size)[1]
  if not id or entrance_of(id) then return nil end
  local other = person_of(id)
  return {person = other, rank = board.size, previous = {board.size + 1, other.score}}
end

-- Notes what was changed of a person; true when nobody can have moved over an edge of the band by it.
local function crosses_no_edge(person, old_key, old_due)
  if person.due ~= old_due then note_due(person) end
  local key = person.key
  if key == old_key then return true end
  if not passes_no_edge(old_key, key) then return false end
  new_keys[person.id] = person.key
  return true
end

-- Brings ranking and band in line after a change that may have moved change.person over an edge.
local function align(old_score)
  local person = change.person
  local old_rank = rank_of(person.id)
  new_keys[person.id] = person.key
  inner_key, outer_key = nil, nil
  local own = {person = person, rank = rank_of(person.id), previous = {old_rank or false, old_score}}
  local leaving, entering = who_leaves(own), who_enters(own)
  if leaving then write_transition('left', leaving, entering) end
  if entering then write_transition('entered', entering, leaving) end
end
