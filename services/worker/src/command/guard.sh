#!/bin/sh
# guard.sh <mark> <program> [<argument>...]
#
# Runs a program with its arguments as they stand, and ends with its exit code. Standard input is the lifeline of the
# worker: when that ends, with the worker or before, the whole process group is killed, so that no command outlives
# whoever would have stopped it at its time limit. What has left the group is killed too, then and at the program's own
# end: it is found by BAKERST_JOB=<mark> in its environment, or by its parent while that lives.
exec 3<&0 </dev/null
mark=$1
shift
BAKERST_JOB=$mark "$@" 3<&- &
program=$!
# A program may signal its own group.
trap '' TERM HUP INT PIPE

# Numbers of those that carry the mark; none where there is no /proc.
marked() {
  grep -lsF -- "BAKERST_JOB=$mark" /proc/[0-9]*/environ | tr -dc '0-9\n'
}

tree() {
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children); do tree "$child"; done
}

# end [<process>...]: kills these, all that are marked, and what they have started. What starts another one meanwhile
# is met by the next round.
end() {
  for round in 1 2 3 4 5; do
    left=$(for each in "$@" $(marked); do tree "$each"; done)
    [ -n "$left" ] || break
    kill -9 $left
    set --
  done
} 2>/dev/null

# A shell ends at the first process that it cannot start. Where there are none to be had, the group goes all the same,
# and the exit code stays that of the program.
{
  trap 'kill -9 "$program"; kill -9 0' EXIT
  read -r _ <&3
  end "$program"
} >/dev/null 2>&1 &
exec 3<&-
wait "$program"
status=$?
trap 'exit "$status"' EXIT
end
