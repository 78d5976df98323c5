-- The brake: a run with which more than half of the last records would be refused is not applied.
--
-- META: `judged` counts the verdicts, `refused` holds the numbers of those of the last ones that were refusals
-- (msgpack), `braked` what the brake stopped last. Only a refusal can trip it, so only they are looked at.

local brake = {}

do
  local judged, refused

  -- ARGV 20: how many verdicts are looked at ("" = a rebuild, which does not count).
  -- Returns what to answer when the brake trips, or nil; then `judged` and `refused` are those after the run.
  function brake.look()
    local window = tonumber(ARGV[20])
    if not window then return nil end
    local places = cmsgpack.unpack(ARGV[22])
    if #places == 0 and not board.refused then
      judged = board.judged + tonumber(ARGV[21])
      return nil
    end
    local numbers, oldest = board.refused and cmsgpack.unpack(board.refused) or {}, 1
    for _, place in ipairs(places) do
      local number = board.judged + place
      numbers[#numbers + 1] = number
      while numbers[oldest] <= number - window do oldest = oldest + 1 end
      local many = #numbers - oldest + 1
      if number >= window and many > window / 2 then
        redis.call('HSET', META, 'braked', cmsgpack.pack({many, window}))
        return {'braked', many, window}
      end
    end
    judged, refused = board.judged + tonumber(ARGV[21]), {}
    for _, number in ipairs(numbers) do
      if number > judged - window then refused[#refused + 1] = number end
    end
    return nil
  end

  function brake.note_verdicts()
    if not judged then return end
    redis.call('HSET', META, 'judged', whole(judged))
    if refused and #refused > 0 then redis.call('HSET', META, 'refused', cmsgpack.pack(refused)) end
    if board.refused and #refused == 0 then redis.call('HDEL', META, 'refused') end
    if board.braked then redis.call('HDEL', META, 'braked') end
  end
end
