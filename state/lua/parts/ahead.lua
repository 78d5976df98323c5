-- What is due: how many steps end up to `horizon`, of all persons who were read, and how many bytes the entry
-- needs at most to tell of it.

local horizon = -math.huge
local foresee, is_too_much

do
  -- A step that ends moves its person out of the band, and another one in, who then stands there to move out. Both
  -- transitions name the two persons, and the first of them again with the offence as the cause.
  local TRANSITIONS, TRANSITION_BYTES, JSON_BYTES_PER_BYTE = 2, 500, 6
  local steps_ahead, bytes_ahead = 0, 0

  function foresee(steps, person_bytes, row_bytes)
    steps_ahead = steps_ahead + steps
    bytes_ahead = bytes_ahead
      + steps * TRANSITIONS * (TRANSITION_BYTES + JSON_BYTES_PER_BYTE * (3 * person_bytes + row_bytes))
  end

  function is_too_much(step_limit, byte_limit)
    return steps_ahead > step_limit or bytes_ahead > byte_limit
  end
end
