-- Heartbeats that are repeated: they follow each other and the board's newest entry, and nothing happens meanwhile.

local heartbeats = {}

do
  local repeated = {}

  -- Whether nothing but time passes up to the last of the instants. Where something might, TICK tells what.
  local function is_quiet(instants)
    local next_due = tonumber(redis.call('ZRANGE', DUE, 0, 0, 'WITHSCORES')[2])
    local last, before = instants[#instants], board.as_of
    if next_due and next_due <= last then return false end
    if board.pending_ends and last > tonumber(board.alerts_after) then return false end
    for _, instant in ipairs(instants) do
      if instant < before then return false end
      before = instant
    end
    return true
  end

  -- packed: their instants, in order (msgpack; "" = there are none). The board's now is the last of them from here on.
  -- The answer that forbids it, or nil.
  function heartbeats.await(packed)
    if packed == '' then return nil end
    local instants = cmsgpack.unpack(packed)
    if not is_quiet(instants) then return {'not_quiet'} end
    repeated, board.as_of = instants, instants[#instants]
    return nil
  end

  function heartbeats.write()
    for _, instant in ipairs(repeated) do
      board.as_of = instant
      write_entry('heartbeat')
    end
  end
end
