"""From one shift to the next: what may have been forgotten, and the desk from hand to hand."""
