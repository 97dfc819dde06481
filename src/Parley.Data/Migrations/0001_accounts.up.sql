-- Users of every kind, who became the first administrator, and the families of refresh tokens.
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('account', 'guest', 'external')),
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  email TEXT UNIQUE,
  password_hash TEXT,
  issuer TEXT,
  subject TEXT,
  is_admin BOOLEAN NOT NULL DEFAULT FALSE,
  disabled_at BIGINT,
  expires_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (issuer, subject)
);

CREATE INDEX users_by_kind ON users (kind, created_at, id);

-- One row at most: the claim that two sign-ups at once cannot both win.
CREATE TABLE first_administrator (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  user_id TEXT NOT NULL
);

CREATE TABLE refresh_families (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);

CREATE INDEX refresh_families_by_user ON refresh_families (user_id);

CREATE TABLE refresh_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  family_id TEXT NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  attempt TEXT,
  successor_hash TEXT
);

CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id, expires_at);
