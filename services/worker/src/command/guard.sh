#!/bin/sh
# guard.sh <program> [<argument>...]
#
# Runs a program with its arguments as they stand, and ends with its exit code. Standard input is the lifeline of the
# worker: when that ends, with the worker, the whole process group is killed, so that no command outlives whoever
# would have stopped it at its time limit.
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{
  read -r _ <&3
  kill -9 0
} >/dev/null 2>&1 &
exec 3<&-
wait "$program"
