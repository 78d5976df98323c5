#!/bin/sh
# In a container beside Kafka, whose listener ADMIN only this machine reaches: a user with a password for each role, and its rights.
# A user that is there gets the password again, a right that is there stays: it may run again and again.
set -eu
admin=127.0.0.1:9094
for role in worker ingest audit console deliver operator; do
  echo "SCRAM-SHA-512=password=$(cat "${SECURED:-/secured}/$role-kafka")" > /tmp/add
  kafka-configs.sh --bootstrap-server $admin --alter --entity-type users --entity-name harmwatch-$role \
    --add-config-file /tmp/add
done
rm /tmp/add
sh "$(dirname "$0")/../kafka/acls.sh" $admin
