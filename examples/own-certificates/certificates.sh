#!/bin/sh
# Makes what a parent and a child need to trust each other: an authority, a certificate for the child's uplink port and one
# that the parent shows. Usage: certificates.sh NAME-OR-ADDRESS-OF-THE-CHILD... [into FOLDER]
set -eu

folder=$(dirname "$0")/certificates
names=
while [ $# -gt 0 ]; do
  case $1 in
    into) folder=$2; shift ;;
    # An address needs a SAN of its own kind: a certificate that carries it as a name does not fit.
    *[!0-9.]*) case $1 in *:*) names=$names,IP:$1 ;; *) names=$names,DNS:$1 ;; esac ;;
    *) names=$names,IP:$1 ;;
  esac
  shift
done
[ -n "$names" ] || { echo "usage: $0 NAME-OR-ADDRESS-OF-THE-CHILD... [into FOLDER]" >&2; exit 2; }

mkdir -p "$folder"
cd "$folder"
key() { openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null; }
sign() { # NAME EXTENSIONS
  printf '%b' "$2" >extensions
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 -extfile extensions -out "$1.crt" 2>/dev/null
  rm -f extensions "$1.csr"
}

if [ ! -f ca.key ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Fairlead authority' -keyout ca.key -out ca.crt \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
fi
key child
sign child "subjectAltName=${names#,}\nextendedKeyUsage=serverAuth\n"
key parent
sign parent 'extendedKeyUsage=clientAuth\n'
# The program in the container runs as a user of its own and has to read its key.
chmod 644 child.key parent.key
echo "$(pwd): ca.crt; child.crt and child.key for ${names#,}; parent.crt and parent.key. Keep ca.key to yourself."
