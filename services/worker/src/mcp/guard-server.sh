#!/bin/sh
# guard-server.sh <directory> <path> <program> [<argument>...]
#
# Runs a server with its standard streams as they are, and with <path> as its PATH, which names its own <directory>: by
# that, whatever it has started is found again, also what has left its process group. File descriptor 3 is the lifeline
# of the worker: when it ends, with the worker or before, the group gets SIGTERM, and a second later SIGKILL. It is told
# the exit code of the server. Whatever of the server outlives it is killed with it, and the directory removed.
exec 4<&0
_mcp_directory=$1
_mcp_path=$2
shift 2
unset PWD OLDPWD SHLVL
PATH=$_mcp_path "$@" <&4 4<&- 3<&- &
_mcp_server=$!
exec </dev/null >/dev/null 2>&1 4<&-
# The worker may be gone before it is told.
trap '' TERM HUP INT PIPE

end() {
  for _mcp_round in 1 2 3; do
    _mcp_left=$(grep -lsF -- "$_mcp_directory" /proc/[0-9]*/environ)
    [ -n "$_mcp_left" ] || break
    for _mcp_each in $_mcp_left; do
      _mcp_each=${_mcp_each#/proc/}
      kill -9 "${_mcp_each%/environ}"
    done
  done
  rm -rf -- "$_mcp_directory"
  kill -9 0
}

{
  read -r _ <&3
  kill -TERM 0
  sleep 1
  end
} &
wait "$_mcp_server"
echo "$?" >&3
end
