#!/bin/sh
# The standby's entry point: copies the primary once, then follows it under its
# own name, which is what synchronous_standby_names waits for.
#
# A copy appears in PGDATA whole or not at all. What is there is started as it
# is and never deleted: a standby, or one that was promoted.
set -eu
: "${PGDATA:?}" "${PRIMARY:?}" "${STANDBY:?}"
umask 077

# At every start: the container may be new though its data is not.
password=$(cat /run/secrets/replicator)
pass="$HOME/.pgpass"
printf '%s:5432:*:replicator:%s\n' "$PRIMARY" "$password" >"$pass"
from="host=$PRIMARY port=5432 user=replicator application_name=$STANDBY passfile=$pass"

while [ ! -e "$PGDATA" ]; do
	rm -rf "$PGDATA.new"
	if pg_receivewal --dbname "$from" --slot "$STANDBY" --create-slot --if-not-exists &&
		pg_basebackup --dbname "$from" --slot "$STANDBY" --pgdata "$PGDATA.new" \
			--write-recovery-conf --wal-method stream --checkpoint fast; then
		mv "$PGDATA.new" "$PGDATA"
	else
		echo "$PRIMARY cannot be copied yet; again in 2 s" >&2
		sleep 2
	fi
done
exec "$@"
