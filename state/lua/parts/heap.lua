-- A heap of rows: the one whose present step ends first is the first, whatever the order in which they came.

--- @include "row"

local function heap_push(heap, row)
  local place = #heap + 1
  while place > 1 do
    local above = floor(place / 2)
    if heap[above]['until'] <= row['until'] then break end
    heap[place], place = heap[above], above
  end
  heap[place] = row
end

local function heap_pop(heap)
  local last, count, place = heap[#heap], #heap - 1, 1
  heap[#heap] = nil
  while 2 * place <= count do
    local below = 2 * place
    if below < count and heap[below + 1]['until'] < heap[below]['until'] then below = below + 1 end
    if last['until'] <= heap[below]['until'] then break end
    heap[place], place = heap[below], below
  end
  if count > 0 then heap[place] = last end
end
