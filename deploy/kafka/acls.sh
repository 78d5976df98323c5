#!/bin/sh
# Gives each role its rights on Kafka: sh deploy/kafka/acls.sh BROKER [ROLE...]; without a role, all of them.
# KAFKA_ACLS names kafka-acls.sh, ADMIN a file with the settings of who may give rights; HARMWATCH_PREFIX and
# HARMWATCH_BOARD are those of the installation. A right that is given twice is there once.
set -eu
broker=$1
shift
rights=$(dirname "$0")/rights.txt
roles=${*:-$(awk '!/^#/ {print $1}' "$rights" | sort -u)}
for role in $roles; do
  awk -v role="$role" '$1 == role {print $2, $3, $4}' "$rights" | while read -r resource name operations; do
    name=${HARMWATCH_PREFIX:-}$(printf %s "$name" | sed "s/BOARD/${HARMWATCH_BOARD:-v100}/")
    set -- "--$resource" "$name"
    if [ "$resource" = cluster ]; then
      set -- --cluster
    fi
    set -- --add --allow-principal "User:harmwatch-$role" "$@"
    for operation in $(printf %s "$operations" | tr , ' '); do
      set -- "$@" --operation "$operation"
    done
    if [ -n "${ADMIN:-}" ]; then
      set -- --command-config "$ADMIN" "$@"
    fi
    "${KAFKA_ACLS:-kafka-acls.sh}" --bootstrap-server "$broker" "$@" </dev/null
  done
done
