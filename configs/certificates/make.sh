#!/usr/bin/env bash
# An authority, and certificates for both sites, in the current directory: see README.md.
set -euo pipefail
source "$(dirname "$0")/../host/lib.sh"
find_java
build_jar
pki() { "$JAVA" -jar "$JAR" pki "$@"; }

pki ca --dn "O=Example, CN=Example CA" --out ca
pki issue --ca ca --san a.example.org --out a
pki issue --ca ca --san b.example.org --out b
pki verify --ca ca.pem --id a.example.org a.pem
pki verify --ca ca.pem --id b.example.org b.pem
