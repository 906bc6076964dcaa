#!/usr/bin/env bash
# Writes .env with fresh secrets for docker compose. Never overwrites one.
set -euo pipefail
cd "$(dirname "$0")/.."
[ ! -e .env ] || { echo '.env exists; remove it first to make a new one' >&2; exit 1; }

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
# Letters and digits only: the metadata password is part of a URL.
word() { head -c 96 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | head -c "$1"; }

umask 077
first="Aa$(word 8)Zz27-#"
{
    echo "OMS_INTERNAL_SECRET=$(word 48)"
    echo "OMS_VAULT_KEYS=k1:$(random 32)"
    echo "OMS_METADATA_PASSWORD=$(word 32)"
    echo "OMS_FIRST_PASSWORD=$first"
} > .env
echo "wrote .env; the first password of root and admin is $first"
