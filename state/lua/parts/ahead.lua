-- What is due: how many steps end up to `horizon`, of all persons who were read, and how many bytes the entry
-- needs at most to tell of it. A step of somebody with many rows counts for several: a person who passes an edge of the band
-- by it is shown with all of them. Of the steps of a spilled person that end at one instant only the first does.

--- @include "row"

local horizon = -math.huge
board.work_bytes, board.spill_bytes = math.huge, 0
local estimate_due, is_too_much

do
  -- A step that ends moves its person out of the band, and another one in, who then stands there to move out. Both
  -- transitions name the two persons, and the first of them again with the offence as the cause.
  local TRANSITIONS, TRANSITION_BYTES, JSON_BYTES_PER_BYTE = 2, 500, 6
  local steps_ahead, bytes_ahead = 0, 0

  function estimate_due(steps, person_bytes, row_bytes, shown_bytes)
    steps_ahead = steps_ahead + steps * (1 + floor(shown_bytes / board.work_bytes))
    bytes_ahead = bytes_ahead
      + steps * TRANSITIONS * (TRANSITION_BYTES + JSON_BYTES_PER_BYTE * (3 * person_bytes + row_bytes))
  end

  function is_too_much(step_limit, byte_limit)
    return steps_ahead > step_limit or bytes_ahead > byte_limit
  end
end
