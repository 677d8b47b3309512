-- What expressions need of the database. Functions and indexes for them stand here.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
