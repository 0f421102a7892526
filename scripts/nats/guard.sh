#!/bin/sh
# guard.sh <nats-server> <arguments…>
#
# Runs nats-server for as long as somebody holds the other end of standard input: the supervisor and, with it, every
# service that needs NATS. When the last of them is gone, however it went, nats-server is ended. So a SIGKILL of the
# supervisor leaves nothing behind, and services that still finish their work keep NATS until they are done.
#
# Signals to the whole process group (Ctrl-C, TERM) are left to the supervisor. NOTE: nats-server cannot be kept from
# taking them itself, as Go installs its handlers over ignored signals; the supervisor starts it again while it is needed.
trap '' INT TERM HUP

exec 3<&0
# With the signals as they were: one that comes before nats-server has taken over must not be lost.
(
  trap - INT TERM HUP
  exec "$@"
) 3<&- </dev/null &
server=$!

(
  while read -r _; do :; done <&3
  kill -TERM "$server"
) 2>/dev/null &
watcher=$!

wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
