#!/bin/sh
# Run once by the postgres image, in an empty database: the roles, the house's
# database, and who may come in. The standby is not there yet, so nothing here
# waits for it.
set -eu
export PGOPTIONS='-c synchronous_commit=local'
outcry=$(cat /run/secrets/outcry)
replicator=$(cat /run/secrets/replicator)

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
	-v outcry="$outcry" -v replicator="$replicator" <<'SQL'
CREATE ROLE outcry LOGIN PASSWORD :'outcry';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replicator';
GRANT pg_monitor TO outcry; -- sees at its start whether the standby is a synchronous one
CREATE DATABASE outcry OWNER outcry TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
SQL

cat >>"$PGDATA/pg_hba.conf" <<'HBA'
host replication replicator samenet scram-sha-256
HBA
