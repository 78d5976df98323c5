"""One Lua file per verb."""
