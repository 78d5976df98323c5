-- The board: its keys, its memory while a script runs, and the guards before any change.

local META, LEDGER, OFFENDERS, RANK, DUE, BAND, OUTBOX, WEIGHTS, SPILLED, BEFORE_OFFENDERS, BEFORE_RANK, VERDICTS =
  unpack(KEYS)

-- How everything lies in these keys (state/keys.py): another number is another store's, and nothing of it is read.
local LAYOUT = '4'

local board = {}

-- Lua prints 14 digits by default; instants and revisions have up to 16.
local function whole(number)
  return string.format('%.0f', number)
end

local function read_board()
  local meta = redis.pcall('HMGET', META, 'generation', 'entry', 'sequence', 'as_of', 'entry_as_of',
    'writing', 'policy', 'clock', 'alerts_after', 'size', 'exit_rank', 'pending_ends', 'layout', 'sizes', 'apart', 'leap',
    'leap_accepted', 'parked')
  if meta.err then
    if not string.find(meta.err, 'WRONGTYPE', 1, true) then error(meta.err) end
    meta = {} -- something else stands in its place: there is no board
  end
  board.generation = meta[1]
  board.entry, board.sequence = tonumber(meta[2]), tonumber(meta[3])
  board.as_of, board.entry_as_of = tonumber(meta[4]), tonumber(meta[5])
  board.writing = meta[6]
  board.policy, board.clock, board.alerts_after = meta[7], meta[8], meta[9]
  board.size, board.exit_rank = tonumber(meta[10]), tonumber(meta[11])
  board.pending_ends = meta[12]
  board.layout, board.sizes = meta[13], meta[14]
  board.apart, board.leap, board.leap_accepted = meta[15], meta[16], meta[17]
  board.parked = meta[18]
  board.transitions, board.drained, board.baseline = {}, 0, false
end

-- How much each key holds, by key; of those from before, which are there in an activation alone, as well.
local held

local function size(command, key)
  local answer = redis.pcall(command, key)
  return type(answer) == 'number' and answer or 'none' -- something else stands in its place
end

local function read_sizes()
  held = {[LEDGER] = size('HLEN', LEDGER), [OUTBOX] = size('LLEN', OUTBOX), [OFFENDERS] = size('HLEN', OFFENDERS),
    [RANK] = size('ZCARD', RANK), [DUE] = size('ZCARD', DUE), [BAND] = size('HLEN', BAND),
    [WEIGHTS] = size('HLEN', WEIGHTS), [SPILLED] = size('ZCARD', SPILLED), [VERDICTS] = size('HLEN', VERDICTS)}
  if board.writing == 'reassessing' then
    held[BEFORE_OFFENDERS], held[BEFORE_RANK] = size('HLEN', BEFORE_OFFENDERS), size('ZCARD', BEFORE_RANK)
  end
end

-- Each writer says what came of it: to ask for every size again would cost a small run more than its own changes.
local function grow(key, by)
  held[key] = held[key] + by
end

-- The sizes, and whether a baseline is awaited, as meta holds them (state/position.py says the same).
local function sizes_text()
  local sizes = {held[LEDGER], held[OUTBOX], board.pending_ends and 1 or 0, held[OFFENDERS], held[RANK], held[DUE],
    held[BAND], held[WEIGHTS], held[SPILLED], held[VERDICTS], held[BEFORE_OFFENDERS], held[BEFORE_RANK]}
  return table.concat(sizes, ' ')
end

-- Each change leaves this behind, so that the next caller sees what was taken from the board since.
local function note_sizes()
  redis.call('HSET', META, 'sizes', sizes_text())
end

-- The answer where the board lacks something that it had: it was deleted or evicted, and nothing tells what it was.
local function refuse_incomplete()
  local has_meta = board.layout == LAYOUT and board.sequence and board.as_of and board.entry_as_of and board.policy
    and board.clock and board.alerts_after and board.size and board.exit_rank
  read_sizes()
  if has_meta and board.sizes == sizes_text() then return nil end
  return {'rewind', 'something of the board is gone'}
end

-- The answer that forbids any change, or nil. `call` holds generation, the highest entry that the caller has seen, and what
-- it takes the board to be bound to: policy digest, clock mode, alerts_after.
local function refuse_change(call)
  if board.writing then return {'rewind', 'a script broke half way'} end
  if not board.generation then return {'rewind', 'the store holds no board'} end
  if board.generation ~= call.generation then return {'rewind', 'the board has another generation'} end
  if not board.entry then return {'rewind', 'the store holds no board'} end
  if board.layout ~= LAYOUT then return {'rewind', 'the store is laid out in another way'} end
  if board.entry < call.seen then return {'rewind', 'the store is older than this worker'} end
  local incomplete = refuse_incomplete()
  if incomplete then return incomplete end
  if board.policy ~= call.policy then return {'other_settings', 'policy', board.policy} end
  if board.clock ~= call.clock then return {'other_settings', 'clock', board.clock} end
  if board.alerts_after ~= call.alerts_after then return {'other_settings', 'alerts_after', board.alerts_after} end
  return nil
end

local function outbox_is_full(limit)
  return held[OUTBOX] >= limit
end

-- Whether what waits to be published is more than `limit` bytes; nil = however much it is.
local function outbox_is_heavy(limit)
  if not limit then return false end
  return (redis.call('MEMORY', 'USAGE', OUTBOX, 'SAMPLES', 0) or 0) > limit
end

local function server_clock()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000000 + tonumber(now[2])
end

-- Everything after this mark and before `finish` stands or falls together: a mark that is found set
-- tells the next caller that a script broke between the two.
local function begin_writing()
  redis.call('HSET', META, 'writing', '1')
end

-- By this a health check sees that the board lives, and a partition of it; a recovery that leads nowhere must not
-- look like it.
local function note_move(partition)
  local now = whole(server_clock())
  redis.call('HSET', META, 'moved_at', now)
  if partition then redis.call('HSET', META, 'moved_at:' .. partition, now) end
end

local function finish()
  redis.call('HSET', META, 'entry', whole(board.entry), 'sequence', whole(board.sequence),
    'as_of', whole(board.as_of), 'entry_as_of', whole(board.entry_as_of), 'sizes', sizes_text())
  redis.call('HDEL', META, 'writing')
end

-- Appends an entry to the outbox; the order of the fields is that of state/entries.py.
local function write_entry(kind, run, body)
  board.entry = board.entry + 1
  board.entry_as_of = board.as_of
  held[OUTBOX] = redis.call('RPUSH', OUTBOX, cmsgpack.pack({
    board.entry, kind, board.as_of, board.drained,
    run and run.partition or false, run and run.start or false, run and run.stop or false,
    run and run.digest or false, run and run.refusals or '[]',
    board.transitions, board.baseline, body or false}))
end
