-- The brake: a record with which more than half of the last ones of its partition would be refused is not applied, and
-- nothing behind it: the partition is parked.
--
-- VERDICTS holds of each partition how many verdicts there were, and the numbers of those of the last ones that were
-- refusals: {judged, {number, ...}} (msgpack). PARKED holds {offset, reason, detail, refused, of so many, since}.
-- Only a refusal can trip the brake, so only they are looked at. History that is repeated is counted and never stopped.

local brake = {}

do
  local judged, refused

  -- Counts the run's refusals up to the one that trips the brake, if it may stop: answers which of them that is, and how
  -- many of the last verdicts would be refusals then.
  local function count(places, window, may_stop)
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

  local function park(partition, record, many, window)
    local known = redis.call('HGET', PARKED, partition)
    local since = known and cmsgpack.unpack(known)[6] or server_clock()
    local told = cmsgpack.pack({record[1], record[2], record[3], many, window, since})
    grow(PARKED, redis.call('HSET', PARKED, partition, told))
    note_sizes()
  end

  -- What to answer where the brake trips, or nil. It parks where the first record of the run does it: of another run its
  -- worker takes the part before it first, so that each partition stands exactly where it was stopped.
  function brake.look(partition, start, refusals)
    local window = tonumber(ARGV[20])
    local before = redis.call('HGET', VERDICTS, partition)
    judged, refused = unpack(before and cmsgpack.unpack(before) or {0, {}})
    local which, many = count(cmsgpack.unpack(ARGV[22]), window, ARGV[25] ~= '')
    if which then
      local record = cjson.decode(refusals)[which]
      if record[1] == start then park(partition, record, many, window) end
      return {'braked', many, window, whole(record[1])}
    end
    judged = judged + tonumber(ARGV[21])
    return nil
  end

  function brake.note_verdicts(partition)
    local kept, window = {}, tonumber(ARGV[20])
    for _, number in ipairs(refused) do
      if number > judged - window then kept[#kept + 1] = number end
    end
    grow(VERDICTS, redis.call('HSET', VERDICTS, partition, cmsgpack.pack({judged, kept})))
    if held[PARKED] > 0 then grow(PARKED, -redis.call('HDEL', PARKED, partition)) end
  end
end
