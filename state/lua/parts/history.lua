-- What is repeated before the entry of this call: ticks and heartbeats in their order, each as TICK repeats it by itself.

--- @include "time"

local history = {}

do
  local entries = {}

  -- packed: of each its as_of, and how many steps it ended or false for a heartbeat (msgpack; "" = there are none).
  -- The last as_of, and how many steps they ended together.
  function history.read(packed)
    if packed == '' then return -math.huge, 0 end
    local steps = 0
    entries = cmsgpack.unpack(packed)
    for place = 2, #entries, 2 do steps = steps + (entries[place] or 0) end
    return entries[#entries - 1], steps
  end

  -- Lets time pass up to `target`, and at most about `limit` steps end; true when nothing is left. Time that passes and
  -- ends nothing leaves no entry. Each entry of a wall board says all the same where its now stood; a run by the events'
  -- clock does not, and so could not be repeated. Only who repeats history says that time has passed.
  function history.pass(target, limit, most_work)
    local all_ended = drain(target, limit, most_work)
    local may_move = board.clock == 'wall' or board.drained > 0 or limit == 0
    if all_ended and may_move then board.as_of = target end
    look_for_baseline()
    return all_ended
  end

  -- Those who are due by the end of it must be awaited already.
  function history.repeat_all()
    for place = 1, #entries, 2 do
      local drained = entries[place + 1]
      history.pass(math.max(board.as_of, entries[place]), drained or 0)
      if board.drained > 0 or board.baseline then
        write_entry('tick')
      elseif not drained then
        write_entry('heartbeat')
      end
      board.transitions, board.drained, board.baseline = {}, 0, false
    end
  end
end
