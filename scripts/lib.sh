# Shared by scripts/test and scripts/bench: a PostgreSQL of its own, in a folder of its own, on a free port.
# The caller has set `work` to a folder that goes with it, and calls `stop_postgres` when it ends.

# The folder of PostgreSQL's programs; nothing where there is none.
postgres_bin() {
    local initdb
    initdb=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)
    [ -z "$initdb" ] || dirname "$initdb"
}

# PostgreSQL refuses to run as root.
as_nobody() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else
        local user=nobody
        id postgres >/dev/null 2>&1 && user=postgres
        setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"
    fi
}

# A port on which nobody answers now. PostgreSQL itself refuses one that is taken meanwhile; then the next is tried.
free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# start_postgres fast|durable: sets `postgres` to its address. Tests may lose the last second with the machine; measurements may not.
start_postgres() {
    local bin port free_gb manner=""
    [ "$1" = durable ] || manner="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    bin=$(postgres_bin)
    pg_home=$work/pg
    # Every test makes and drops a database of a thousand small files: in memory, where there is room, a run takes a sixth less.
    free_gb=$(df --output=avail -BG /dev/shm 2>/dev/null | tail -1 | tr -dc 0-9)
    if [ "$1" = fast ] && [ "${free_gb:-0}" -ge 4 ]; then
        pg_home=$(mktemp -d /dev/shm/credit-bank-test.XXXXXX)
    else
        mkdir "$pg_home"
    fi
    [ "$(id -u)" -ne 0 ] || chown "$(id postgres >/dev/null 2>&1 && echo postgres || echo nobody)" "$pg_home"
    (cd / && as_nobody "$bin/initdb" -D "$pg_home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync) >"$work/initdb.log" 2>&1 ||
        { cat "$work/initdb.log"; return 1; }
    for _ in 1 2 3; do
        port=$(free_port)
        # `pg_ctl -w` returns when the server answers.
        if (cd / && as_nobody "$bin/pg_ctl" -D "$pg_home/data" -l "$pg_home/log" -w -t 60 -o "-p $port -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories='' -c max_connections=600 $manner" start) >/dev/null; then
            # shellcheck disable=SC2034
            postgres=postgres://postgres@127.0.0.1:$port
            echo "PostgreSQL answers on port $port"
            return 0
        fi
    done
    cat "$pg_home/log"
    return 1
}

# By the process id in its own data folder; no other server is touched.
stop_postgres() {
    [ -n "${pg_home:-}" ] || return 0
    if [ -f "$pg_home/data/postmaster.pid" ]; then
        (cd / && as_nobody "$(postgres_bin)/pg_ctl" -D "$pg_home/data" -m immediate -w stop) >/dev/null 2>&1
    fi
    rm -rf "$pg_home"
}
