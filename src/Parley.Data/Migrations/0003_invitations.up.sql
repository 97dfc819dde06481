-- Invitations, so that they go on ringing after a restart, and a repeated answer finds the settled ones.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  inviter_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  inviter_name TEXT NOT NULL,
  inviter_kind TEXT NOT NULL CHECK (inviter_kind IN ('account', 'guest', 'external')),
  inviter_granted_role TEXT CHECK (inviter_granted_role IN ('participant', 'cohost', 'host')),
  invited_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id TEXT,
  meeting_id TEXT,
  meeting_code TEXT,
  meeting_title TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('video', 'audio', 'data')),
  pass TEXT NOT NULL CHECK (pass IN ('none', 'lobby', 'lobby_and_lock')),
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ringing', 'accepted', 'declined', 'cancelled', 'missed'))
);

CREATE INDEX invitations_by_expiry ON invitations (expires_at);
CREATE INDEX invitations_by_inviter ON invitations (inviter_id);
CREATE INDEX invitations_by_invited ON invitations (invited_id);
