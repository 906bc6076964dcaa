# Runs one server and outlives the process that asked for it, however that one ends.
#
# usage: sh -c "$(cat guardian.sh)" guardian DIR SIGNAL PROGRAM ARGUMENT...
#
# Standard input is a pipe whose other end only the owner holds. The line `start` on it starts the
# server, and `kill` ends it as a crash would; the pipe's end (the owner closed it, exited, or was
# killed) stops the server with SIGNAL, after ten seconds with KILL, and removes DIR. The server is
# this shell's child: its process id cannot be reused before this shell has waited for it.
dir=$1 signal=$2
shift 2
trap : HUP INT TERM

server=
while read -r word; do
    case $word in
    start)
        "$@" </dev/null >>"$dir/server.log" 2>&1 &
        server=$!
        echo "$server" >"$dir/server.pid"
        ;;
    kill)
        kill -s KILL "$server"
        wait "$server"
        server=
        rm -f "$dir/server.pid"
        ;;
    esac
done

if [ -n "$server" ]; then
    running() {
        read -r state <"/proc/$server/stat" && case $state in *') Z '*) false ;; esac
    } 2>/dev/null
    kill -s "$signal" "$server" 2>/dev/null
    tries=0
    while running && [ "$tries" -lt 500 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    kill -s KILL "$server" 2>/dev/null
    wait "$server"
fi
cd / && rm -rf -- "$dir"
