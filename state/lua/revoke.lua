-- REVOKE: a worker that lost its connection closes the generation, so that the relay's owner looks again.
--
-- KEYS  1 meta
-- ARGV  1 generation
-- Returns 1 when it was closed, 0 when the board has another one already
-- A script, because a newer generation must not be closed by mistake.

if redis.pcall('HGET', KEYS[1], 'generation') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'generation')
return 1
