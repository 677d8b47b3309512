#!/bin/bash
# The application's user owns its database and is no superuser, so that row-level security binds it.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=password="$BREEZE_DB_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE breeze LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE PASSWORD :'password';
CREATE DATABASE breeze OWNER breeze;
SQL
