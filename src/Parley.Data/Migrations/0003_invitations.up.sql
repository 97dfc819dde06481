-- Invitations that ring now, so that they go on ringing after a restart.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  inviter_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  invitee_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  inviter_name TEXT NOT NULL,
  meeting_id TEXT,
  meeting_code TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('video', 'audio', 'data')),
  client_id TEXT,
  pass TEXT NOT NULL CHECK (pass IN ('none', 'lobby', 'lobby_and_lock')),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX invitations_by_expiry ON invitations (expires_at);
