-- The baseline: the band at the moment from which on alerts are sent.
--
-- pending_ends holds, while the baseline is still to come, the end that every partition had at the
-- first start; positions are those of the ledger and of the record in hand.

--- @include "band"

local ends, positions

local function read_pending_baseline()
  if not board.pending_ends then return end
  ends, positions = cmsgpack.unpack(board.pending_ends), {}
  for partition in pairs(ends) do
    positions[partition] = tonumber(redis.call('HGET', LEDGER, partition)) or 0
  end
end

local function members()
  write_ranking()
  local ids, band = redis.call('ZRANGE', RANK, 0, board.exit_rank - 1), {}
  for rank, id in ipairs(ids) do
    local entrance = entrance_of(id)
    if entrance then band[#band + 1] = {rank, id, person_of(id).score, entrance} end
  end
  return band
end

local function look_for_baseline()
  if not ends or board.as_of <= tonumber(board.alerts_after) then return end
  for partition, stop in pairs(ends) do
    if positions[partition] < stop then return end
  end
  board.baseline = {board.sequence, board.as_of, members()}
  redis.call('HDEL', META, 'pending_ends')
  board.pending_ends, ends = nil, nil
end

local function pass_position(partition, offset)
  if not ends then return end
  if positions[partition] then positions[partition] = offset end
  look_for_baseline()
end
