-- Security events, readable by an administrator. Refers to no user, so that an entry outlives the account.
CREATE TABLE audit_entries (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  actor_id TEXT,
  subject_id TEXT,
  meeting_code TEXT,
  address TEXT,
  detail TEXT
);

CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_event ON audit_entries (event, at, id);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, at, id);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject_id, at, id);
