#!/bin/sh
# Makes in ./secured what deploy/compose/secured.yml needs: a CA, certificates, passwords, and Valkey's users. As root, since each
# file belongs to the one user of a container who may read it: sudo sh deploy/compose/secure.sh
# The CA's key lies beside the folder, ./ca-key.pem: a container is given the folder, and must not sign certificates.
set -eu
umask 077
deploy=$(cd "$(dirname "$0")/.." && pwd)
if [ -e ca-key.pem ]; then
  echo 'ca-key.pem is there already: keep it elsewhere first' >&2
  exit 1
fi
mkdir secured
cd secured

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=harmwatch CA' \
  -addext keyUsage=critical,keyCertSign -keyout ../ca-key.pem -out ca.pem 2> /dev/null
for host in kafka valkey; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
    -keyout $host-key.pem -out request.pem 2> /dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth,clientAuth\n' $host > extensions
  openssl x509 -req -in request.pem -CA ca.pem -CAkey ../ca-key.pem -set_serial "0x$(openssl rand -hex 8)" -days 365 \
    -extfile extensions -out $host.pem 2> /dev/null
done
rm request.pem extensions
cat kafka-key.pem kafka.pem > kafka-both.pem

cp "$deploy/redis/users.acl" users.acl
for role in worker ingest audit console deliver operator keys; do
  for server in kafka redis; do
    openssl rand -hex 24 > $role-$server
  done
  digest=$(tr -d '\n' < $role-redis | sha256sum | cut -d ' ' -f 1)
  name=$(echo $role | tr a-z A-Z)
  sed -i "s/SHA256_OF_$name/$digest/" users.acl
done

chmod 755 .
chmod 644 ca.pem kafka.pem valkey.pem
if [ "$(id -u)" = 0 ]; then
  chown 1000 kafka-both.pem
  chown 999 valkey-key.pem users.acl
  chown 65532 worker-* ingest-* audit-* console-* deliver-* operator-*
else
  echo 'not root: the containers will not be able to read these files' >&2
fi
