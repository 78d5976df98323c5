-- The clocks of a wall board: the store's, and the caller's as its second witness. The earlier one counts where the
-- store's is too far ahead of the caller's. An instant that is given is that of a repetition, which asks no clock.
--
-- META: `apart` holds, by caller whose clock differs too much from the store's, {by how much, since when, when last,
-- answers in a row} (msgpack); `leap` what both clocks say where that is too long after the newest entry, {instant,
-- as_of of that entry, since when}; `leap_accepted` the instant that a person has said is right.

--- @include "board"

local clocks = {}

do
  local EARLIEST = -2208988800000000 -- there a new board stands, and goes anywhere from
  local FORGOTTEN_AFTER = 60000000 -- state/clocks.py has the same
  local longest_gap = math.huge

  local function note_difference(stores, callers, tolerance, caller)
    local differs = math.abs(callers - stores) > tolerance
    if not differs and not board.apart then return end
    local apart = board.apart and cmsgpack.unpack(board.apart) or {}
    for other, seen in pairs(apart) do
      if math.abs(stores - seen[3]) > FORGOTTEN_AFTER then apart[other] = nil end
    end
    local before = apart[caller] or {0, math.min(stores, callers), stores, 0}
    apart[caller] = differs and {callers - stores, before[2], stores, before[4] + 1} or nil
    if next(apart) then
      redis.call('HSET', META, 'apart', cmsgpack.pack(apart))
    else
      redis.call('HDEL', META, 'apart')
    end
  end

  -- given: an instant (nil = ask the clocks); packed: the caller's clock, tolerance, longest gap and name (msgpack).
  function clocks.instant(given, packed)
    if given then return given end
    local stores = server_clock()
    local callers, tolerance, gap, caller = unpack(cmsgpack.unpack(packed))
    longest_gap = gap
    note_difference(stores, callers, tolerance, caller)
    if stores - callers > tolerance then return callers end
    return stores
  end

  -- The answer where time would leap to `instant`, or nil.
  function clocks.leap(instant)
    local newest = math.max(board.entry_as_of, tonumber(board.leap_accepted) or EARLIEST)
    if newest <= EARLIEST or instant - newest <= longest_gap then
      if board.leap then redis.call('HDEL', META, 'leap') end
      return nil
    end
    local since = board.leap and cmsgpack.unpack(board.leap)[3] or instant
    redis.call('HSET', META, 'leap', cmsgpack.pack({instant, board.entry_as_of, since}))
    return {'leap', whole(instant), whole(board.entry_as_of), whole(since)}
  end
end
