-- The addresses that devices check in from. An index on a column costs a heartbeat nothing as long as the column stays as it is, and an address does from one to the next.
CREATE INDEX device_presence_address_search ON device_presence USING gin (lower(address COLLATE "pg_c_utf8") gin_trgm_ops);
