-- The brake: a record with which more than half of the last ones of its partition would be refused is not applied, and
-- nothing behind it: the partition is parked.
--
-- VERDICTS counts them by partition, and holds under '<partition>:refused' the numbers of the refusals that are no older
-- than the newest one (msgpack). Only a refusal can trip the brake, so only they are looked at. META: `parked` holds, by
-- partition, {offset, reason, detail, refused, of so many, since} (msgpack). History that is repeated is counted and
-- never stopped.

--- @include "board"

local brake = {}

do
  local refused -- nil: the run has no refusal

  local function refused_of(partition)
    return partition .. ':refused'
  end

  -- Counts the run's refusals up to the one that trips the brake, if it may stop: answers which of them that is, and how
  -- many of the last verdicts would be refusals then.
  local function count(judged, places, window, may_stop)
    local oldest = 1
    for which, place in ipairs(places) do
      local number = judged + place
      refused[#refused + 1] = number
      while refused[oldest] <= number - window do oldest = oldest + 1 end
      local many = #refused - oldest + 1
      if may_stop and number >= window and many > window / 2 then return which, many end
    end
    return nil
  end

  local function write_parked(partition, facts)
    local parked = board.parked and cmsgpack.unpack(board.parked) or {}
    parked[partition] = facts
    if next(parked) then
      redis.call('HSET', META, 'parked', cmsgpack.pack(parked))
    else
      redis.call('HDEL', META, 'parked')
    end
    board.parked = next(parked) and cmsgpack.pack(parked)
  end

  local function park(partition, record, many, window)
    local known = board.parked and cmsgpack.unpack(board.parked)[partition]
    write_parked(partition, {record[1], record[2], record[3], many, window, known and known[6] or server_clock()})
  end

  -- What to answer where the brake trips, or nil. It parks where the first record of the run does it: of another run its
  -- worker takes the part before it first, so that each partition stands exactly where it was stopped.
  function brake.look(call, partition)
    local places, window = call.refused, call.verdicts
    if #places == 0 then return nil end
    local known = redis.call('HMGET', VERDICTS, partition, refused_of(partition))
    refused = known[2] and cmsgpack.unpack(known[2]) or {}
    local which, many = count(tonumber(known[1]) or 0, places, window, call.may_brake)
    if not which then return nil end
    local record = cjson.decode(call.refusals)[which]
    if record[1] == call.start then park(partition, record, many, window) end
    return {'braked', many, window, whole(record[1])}
  end

  -- is_first: no run of the partition was applied before.
  function brake.note_verdicts(call, partition, is_first)
    redis.call('HINCRBY', VERDICTS, partition, call.judged)
    if refused then
      local kept, oldest = {}, refused[#refused] - call.verdicts
      for _, number in ipairs(refused) do
        if number > oldest then kept[#kept + 1] = number end
      end
      grow(VERDICTS, redis.call('HSET', VERDICTS, refused_of(partition), cmsgpack.pack(kept)))
    end
    if is_first then held[VERDICTS] = size('HLEN', VERDICTS) end
    if board.parked then write_parked(partition, nil) end
  end

  -- A person's word: so many verdicts pass before any are counted.
  function brake.release(partition, verdicts)
    grow(VERDICTS, redis.call('HSET', VERDICTS, partition, -verdicts))
    grow(VERDICTS, -redis.call('HDEL', VERDICTS, refused_of(partition)))
    write_parked(partition, nil)
  end
end
