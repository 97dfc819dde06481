DROP TABLE call_logs;
DROP TABLE stays;
DROP TABLE chat_messages;
DROP TABLE room_snapshots;
DROP TABLE meetings;
