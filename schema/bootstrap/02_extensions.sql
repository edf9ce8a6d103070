-- SPDX-License-Identifier: Apache-2.0
-- Exclusion constraints over plain columns, and search by trigram (design.md 7).  Both are trusted: who may create in
-- the database may install them.  The runner has asked before whether the server has them.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
