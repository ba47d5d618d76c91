-- Sends requests that were signed beforehand, each of them once: one file a thread, one request
-- in three lines (path-free: key, token, body). wrk is the client, so no client code is measured.
local counter = 0
local threads = {}

function setup(thread)
  thread:set("id", counter)
  counter = counter + 1
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1] .. "/requests-" .. id .. ".txt", "r"))
  ready = {}
  while true do
    local key = file:read("*l")
    if not key then break end
    local token = file:read("*l")
    local body = file:read("*l")
    ready[#ready + 1] = wrk.format("POST", args[2], {
      ["Content-Type"] = "application/json",
      ["Idempotency-Key"] = key,
      ["Authorization"] = "Bearer " .. token,
      ["Host"] = wrk.headers["Host"],
    }, body)
  end
  file:close()
  at, refused, repeated = 0, 0, 0
end

function request()
  at = at + 1
  if at > #ready then
    repeated = repeated + 1
    return ready[#ready]
  end
  return ready[at]
end

function response(status)
  if status ~= 201 then refused = refused + 1 end
end

function done(summary, latency)
  local refused_all, repeated_all = 0, 0
  for _, thread in ipairs(threads) do
    refused_all = refused_all + thread:get("refused")
    repeated_all = repeated_all + thread:get("repeated")
  end
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "refused": %d, "repeated": %d, "p50_us": %d, "p99_us": %d, "socket_errors": %d}\n',
    summary.requests, summary.duration, refused_all, repeated_all,
    latency:percentile(50), latency:percentile(99),
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
