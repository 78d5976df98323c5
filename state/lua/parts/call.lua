-- What a caller gives by name (`pack_call` in state/packing.py); nil where it is left out.

local call = cmsgpack.unpack(ARGV[1])
