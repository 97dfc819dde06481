DROP TABLE refresh_tokens;
DROP TABLE refresh_families;
DROP TABLE first_administrator;
DROP TABLE users;
