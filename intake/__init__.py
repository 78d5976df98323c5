"""How files of other people become records of offences.v1: reading, mapping, merging, checking."""
