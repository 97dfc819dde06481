-- Meetings, what running rooms need to come back, and what stays after a call: chat, attendance, history.
CREATE TABLE meetings (
  id TEXT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  owner_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('video', 'audio', 'data')),
  lobby BOOLEAN NOT NULL,
  password_hash TEXT,
  max_participants INTEGER NOT NULL CHECK (max_participants BETWEEN 2 AND 500),
  state TEXT NOT NULL CHECK (state IN ('created', 'active', 'paused', 'ended')),
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT
);

CREATE INDEX meetings_by_owner ON meetings (owner_id, created_at, id);

CREATE TABLE room_snapshots (
  meeting_id TEXT NOT NULL PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  version BIGINT NOT NULL,
  snapshot TEXT NOT NULL
);

CREATE TABLE chat_messages (
  id TEXT NOT NULL PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
  seq BIGINT NOT NULL,
  from_participant TEXT NOT NULL,
  from_user TEXT NOT NULL,
  from_name TEXT NOT NULL,
  text TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  to_participant TEXT,
  to_user TEXT,
  to_name TEXT,
  UNIQUE (meeting_id, from_user, client_id)
);

CREATE INDEX chat_messages_by_seq ON chat_messages (meeting_id, seq, id);

CREATE TABLE stays (
  id TEXT NOT NULL PRIMARY KEY,
  meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('participant', 'cohost', 'host')),
  joined_at BIGINT NOT NULL,
  left_at BIGINT
);

CREATE INDEX stays_by_meeting ON stays (meeting_id, joined_at, id);
CREATE INDEX stays_by_user ON stays (meeting_id, user_id);

-- meeting_id refers to no row on purpose: an entry outlives its meeting, with its code and title.
CREATE TABLE call_logs (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  meeting_id TEXT,
  meeting_code TEXT,
  meeting_title TEXT,
  role TEXT NOT NULL CHECK (role IN ('participant', 'cohost', 'host')),
  outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'missed', 'declined', 'waiting')),
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  duration_seconds BIGINT NOT NULL,
  participant_count INTEGER NOT NULL,
  invitation_id TEXT UNIQUE,
  caller_id TEXT,
  caller_name TEXT
);

-- One entry per user and meeting for having been there; every unanswered call is an entry of its own beside it.
CREATE UNIQUE INDEX call_logs_of_stays ON call_logs (user_id, meeting_id) WHERE invitation_id IS NULL;
CREATE INDEX call_logs_by_user ON call_logs (user_id, started_at, id);
