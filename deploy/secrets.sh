#!/bin/sh
# Makes the passwords that compose.yaml hands to its services, once. Nobody
# types them; whoever can read deploy/secrets owns the house.
set -eu
cd "$(dirname "$0")"
umask 077
if [ -e secrets ]; then
	echo "deploy/secrets is there already; nothing was changed" >&2
	exit 1
fi
mkdir secrets.new
for name in postgres replicator outcry; do
	od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets.new/$name"
done
printf 'postgres://outcry:%s@pg1:5432,pg2:5432/outcry?target_session_attrs=read-write&sslmode=disable' \
	"$(cat secrets.new/outcry)" >secrets.new/database
# The services run as users of their own and must read the files; only the
# directory keeps everybody else on this machine out.
chmod 644 secrets.new/*
mv secrets.new secrets
